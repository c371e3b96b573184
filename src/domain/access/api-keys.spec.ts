import { expect, it } from 'vitest';
import { ApiKeys, type ApiKeysEvent, isSecretValid, keyOf } from './api-keys.js';

const at = (day: number) => `2026-03-0${day}T09:00:00.000Z`;

const rotated = (hash: string, day: number, more: object): ApiKeysEvent => ({
  type: 'ApiKeyRotated',
  data: { ...{ keyId: 'k', hash, until: undefined, previousUntil: at(day + 1) }, ...more },
  occurredAt: at(day),
});

/** The secrets of a key that was rotated twice on a day, which are valid an hour later. */
const validAfter = (more: object): readonly string[] => {
  const events: readonly ApiKeysEvent[] = [
    {
      type: 'ApiKeyCreated',
      data: {
        ...{ keyId: 'k', name: 'k', role: 'publisher', scope: 'all', createdBy: 'admin' },
        ...{ hash: 'first', until: undefined },
      },
      occurredAt: at(1),
    },
    rotated('second', 2, more),
    rotated('third', 2, more),
  ];
  const state = events.reduce(
    (before, event, n) =>
      ApiKeys.evolve(before, { ...event, recordedAt: event.occurredAt, eventId: `${n}`, position: `${n}` }),
    ApiKeys.initialState,
  );
  const secrets = keyOf(state, 'k')?.secrets ?? [];
  return secrets
    .filter((secret) => isSecretValid(secret, '2026-03-02T10:00:00.000Z'))
    .map(({ hash }) => hash);
};

it('A key that is rotated again keeps its older secrets until the time that was said.', () => {
  expect(validAfter({ keepsOlder: true })).toEqual(['third', 'second', 'first']);
});

it('A secret that a second rotation has ended in an older version stays ended.', () => {
  expect(validAfter({})).toEqual(['third', 'second']);
});
