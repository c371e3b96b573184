import { expect, it } from 'vitest';
import { MAX_KNOWN_REFERENCES } from '../../domain/bounds.js';
import type { Aggregates } from '../aggregates/aggregates.js';
import type { InboundEvent } from './cloud-event.js';
import { UnknownReferences } from './unknown-references.js';

it('A partner that is known is looked up once, as long as no more than the limit were named since', async () => {
  const lookedUp: string[] = [];
  const aggregates = {
    recent: async (_: unknown, id: string) => {
      lookedUp.push(id);
      return { state: { registration: {} } };
    },
  } as unknown as Aggregates;
  const references = new UnknownReferences(aggregates);
  const left = (n: number) =>
    ({ type: 'herald.partner.left.v1', data: { partnerId: `p-${n}` } }) as InboundEvent;
  const all = Array.from({ length: MAX_KNOWN_REFERENCES }, (_, n) => left(n));

  await references.of(all);
  expect(lookedUp).toHaveLength(MAX_KNOWN_REFERENCES);
  expect(await references.of([left(0)])).toEqual([{}]);
  expect(lookedUp).toHaveLength(MAX_KNOWN_REFERENCES);

  // One beyond: it takes the place of the one that was not named for longest.
  await references.of([left(-1)]);
  await references.of([left(0), left(1)]);
  expect(lookedUp.slice(MAX_KNOWN_REFERENCES)).toEqual(['p--1', 'p-1']);

  references.handle();
  await references.of([left(0)]);
  expect(lookedUp.at(-1)).toBe('p-0');
});
