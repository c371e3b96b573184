import { afterEach, expect, it } from 'vitest';
import { MAX_EVENTS_PER_BATCH } from '../../src/domain/bounds.js';
import { anEvent } from '../http/events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';

let herald: TestHerald;
afterEach(() => herald.stop());

it('A quota of events is that of the publisher: beyond it a request is refused whole, and others are not concerned', async () => {
  herald = await startTestHerald({ HERALD_EVENTS_PER_MINUTE: String(MAX_EVENTS_PER_BATCH) });
  const some = (count: number, id = 'some') =>
    Array.from({ length: count }, (_, n) =>
      anEvent(`${id}-${n}`, 'partner-user.preferences-changed', {
        ...{ userId: 'ada', partnerId: 'nordlicht', contentApproval: 'daily' },
      }),
    );
  expect((await herald.publishAll(some(3, 'open'))).status).toBe(202);
  const { one, other } = await herald.withKeys({
    one: { role: 'publisher' },
    other: { role: 'publisher' },
  });
  expect((await one.publishAll(some(MAX_EVENTS_PER_BATCH - 1))).status).toBe(202);
  const head = await herald.head();
  const refused = await one.publishAll<ProblemBody>(some(2, 'more'));
  expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
  const seconds = Number(refused.headers.get('retry-after'));
  expect(refused.body.detail).toBe(
    `The publisher has reached the limit of 1000 events per minute, and none of this request was recorded: retry in ${seconds} seconds.`,
  );
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(await herald.head()).toBe(head);
  expect((await other.publishAll(some(2, 'other'))).status).toBe(202);
  expect((await one.publishAll(some(1, 'last'))).status).toBe(202);
});

it('A quota of mails is that of the solution: more are withheld as rate-limited, and health says so for an hour', async () => {
  herald = await startTestHerald({ HERALD_MAILS_PER_HOUR: '1' });
  const request = (id: string, userId: string) =>
    anEvent(id, 'digest.requested', { userId, partnerId: 'nordlicht' });
  await herald.publishAll([...SMALL_WORLD, request('now-ada', 'ada'), request('now-ben', 'ben')]);
  await herald.moveTo('2026-03-02T09:00:01.000Z');
  await herald.settled();
  const list = async (query: string) => {
    const { body } = await herald.get<{ items: { notificationId: string }[] }>(`/v1/notifications?${query}`);
    return body.items;
  };
  expect(await list('decision=raised')).toHaveLength(1);
  const withheld = await list('reason=rate-limited');
  expect(withheld).toHaveLength(1);
  const { body: why } = await herald.get<{ sentence: string; recomputed: { agrees: boolean } }>(
    `/v1/notifications/${withheld[0]?.notificationId}/why`,
  );
  expect(why.sentence).toContain('the solution had 1 mails within the hour, which is the limit');
  expect(why.recomputed.agrees).toBe(true);
  const quota = async () => {
    const { body } = await herald.get<{ parts: { part: string; status: string; says?: string }[] }>(
      '/health',
    );
    return body.parts.find(({ part }) => part === 'mail-quota');
  };
  expect(await quota()).toMatchObject({ status: 'degraded', says: expect.stringContaining('Mails of acme') });
  await herald.moveTo('2026-03-02T10:00:02.000Z');
  expect(await quota()).toEqual({ part: 'mail-quota', status: 'ok' });
  await herald.publish(request('again', 'ben'));
  await herald.moveTo('2026-03-02T10:00:03.000Z');
  await herald.settled();
  expect(await list('decision=raised')).toHaveLength(2);
});
