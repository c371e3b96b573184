import { describe, expect, it, vi } from 'vitest';
import { IncompleteInScope } from '../../src/application/tenancy/incomplete-in-scope.js';

const documents = new Map(
  [
    { id: 'aurora-1/ada', position: '1', partnerId: 'aurora-1' },
    { id: 'zephyr-1/ada', position: '1', partnerId: 'zephyr-1' },
    { id: 'decision', position: '1', partnerId: 'moved', solutionId: 'aurora' },
  ].map((document) => [document.id, document]),
);

const solutions: Readonly<Record<string, string>> = { 'aurora-1': 'aurora', 'zephyr-1': 'zephyr' };

const incompleteFor = (...parked: readonly string[]) => {
  const readModels = {
    get: vi.fn(async (_: unknown, ids: readonly string[]) => {
      const found = ids.flatMap((id) => documents.get(id) ?? []);
      return new Map(found.map((document) => [document.id, document]));
    }),
  };
  const partners = {
    among: async (scope: readonly string[], ids: readonly string[]) =>
      new Set(ids.filter((id) => scope.includes(solutions[id] ?? ''))),
  };
  const projections = { parked: () => parked.map((documentId) => ({ documentId })) };
  return new IncompleteInScope(projections as never, readModels as never, partners as never);
};

describe('What is parked', () => {
  it('counts for who is bound to no solution, whatever it is', async () => {
    const incomplete = incompleteFor('aurora-1/ada', 'zephyr-1/ada', 'never-folded');
    expect(await incomplete.of('all', ['people'])).toEqual({ incomplete: { parked: 3 } });
  });

  it('counts for others only as far as it is of their solutions', async () => {
    const incomplete = incompleteFor('aurora-1/ada', 'zephyr-1/ada', 'decision', 'never-folded');
    expect(await incomplete.of(['aurora'], ['people'])).toEqual({ incomplete: { parked: 2 } });
    expect(await incomplete.of(['zephyr'], ['people'])).toEqual({ incomplete: { parked: 1 } });
    expect(await incomplete.of(['other'], ['people'])).toEqual({});
  });
});
