import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Summary } from '../../src/application/audit/history/get-summary.js';
import { MAX_SEARCHED_SUBJECT } from '../../src/domain/bounds.js';
import { type Entry, everyPage } from './eight-weeks.js';
import { anEvent } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

const LONG = 'Nordlicht Adventures in the far North '.repeat(4);
const NAMES = [`${LONG} in Spring`, `${LONG} in Autumn`];

let herald: TestHerald;
/** A subject line of each account. */
let subjects: readonly string[];
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll([
    ...SMALL_WORLD,
    ...NAMES.flatMap((displayName, n) => [
      anEvent(`account-${n}`, 'social-account.connected', {
        ...{ accountId: `page-${n}`, partnerId: 'nordlicht', network: 'x', kind: 'company', displayName },
      }),
      anEvent(`refused-${n}`, 'social-account.token-invalidated', {
        ...{ accountId: `page-${n}`, reason: 'Over.' },
      }),
    ]),
  ]);
  await herald.moveTo('2026-03-10T09:00:00.000Z');
  await herald.settled();
  const all = (await everyPage<Entry>(herald, '/v1/notifications', {})).flat();
  subjects = NAMES.map((_, n) => all.find(({ accountId }) => accountId === `page-${n}`)?.subjectLine ?? '');
});
afterAll(() => herald.stop());

const found = async (q: string): Promise<readonly (string | undefined)[]> => {
  const entries = (await everyPage<Entry>(herald, '/v1/notifications', { q, limit: '1' })).flat();
  return entries.map(({ accountId }) => accountId);
};

it('A search compares all of a long text with the subjects, also on further pages, in counts and in exports', async () => {
  const [spring = '', autumn = ''] = subjects;
  expect(spring.slice(0, 120)).toBe(autumn.slice(0, 120));
  const beginsAlike = spring.slice(0, 120);
  expect(await found(beginsAlike)).toHaveLength(8);
  for (const [n, subject] of subjects.entries())
    for (const q of [subject, subject.toUpperCase(), subject.slice(0, -3)]) {
      expect(await found(q)).toEqual(Array(4).fill(`page-${n}`));
      const query = new URLSearchParams({ q });
      const { body } = await herald.get<Summary>(`/v1/notifications/summary?${query}`);
      expect(body.totals.decisions).toBe(4);
      const headers = { accept: 'application/x-ndjson' };
      const { text } = await herald.send(`/v1/notifications?${query}`, { headers });
      expect(text.trimEnd().split('\n')).toHaveLength(4);
    }
  expect(await found(`${beginsAlike} that no subject goes on with`)).toEqual([]);
});

it('A text that is too long once it is normalised is refused', async () => {
  // One character stands for a sentence of 18.
  const q = '\u{fdfa}'.repeat(Math.ceil(MAX_SEARCHED_SUBJECT / 17));
  const answer = await herald.get<ProblemBody>(`/v1/notifications?${new URLSearchParams({ q })}`);
  expect(answer).toMatchObject({
    ...{ status: 400, body: { code: 'invalid-request', errors: [{ field: 'q' }] } },
  });
});
