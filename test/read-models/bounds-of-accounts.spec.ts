import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_ACCOUNTS_PER_PARTNER } from '../../src/domain/bounds.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../until.js';

interface Answer {
  readonly accepted: number;
  readonly refused: number;
  readonly results: readonly { readonly status: string; readonly problem?: { readonly code: string } }[];
}

const account = (n: number, id = `c${n}`) =>
  anEvent(id, 'social-account.connected', {
    ...{ accountId: `a${n}`, partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: `A ${n}` },
  });

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll(SMALL_WORLD);
});
afterAll(() => herald.stop());

it('A partner has at most 1,000 social accounts: one more is refused, others of the batch are not', async () => {
  const numbers = Array.from({ length: MAX_ACCOUNTS_PER_PARTNER }, (_, n) => n);
  const all = await herald.publishAll<Answer>(numbers.map((n) => account(n)));
  expect(all.body).toMatchObject({ accepted: MAX_ACCOUNTS_PER_PARTNER, refused: 0 });
  const more = await herald.publishAll<Answer>([
    account(MAX_ACCOUNTS_PER_PARTNER),
    account(7, 'again'),
    anEvent('removed', 'social-account.removed', { accountId: 'a0' }),
  ]);
  expect(more.body.results.map(({ status, problem }) => problem?.code ?? status)).toEqual([
    'too-many-accounts',
    'accepted',
    'accepted',
  ]);
  await herald.settled();
  // A partner that is full is counted again after some seconds.
  await until(
    async () => (await herald.publish(account(MAX_ACCOUNTS_PER_PARTNER, 'instead'))).status,
    (status) => status === 202,
  );
  const { body } = await herald.publish<{ code: string }>(account(MAX_ACCOUNTS_PER_PARTNER + 1));
  expect(body.code).toBe('too-many-accounts');
});
