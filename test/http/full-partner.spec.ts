import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventStore } from '../../src/application/ports/event-store.js';
import { MAX_USERS_PER_PARTNER, MAX_WAITING_POSTS } from '../../src/domain/bounds.js';
import { until } from '../until.js';
import { anEvent, aPost } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

// One partner with as many users and waiting posts as a partner may have; a small one beside it.

let herald: TestHerald;

const publishMany = async (count: number, event: (n: number) => object) => {
  for (let from = 0; from < count; from += 500) {
    const { body } = await herald.publishAll<{ accepted: number; refused: number }>(
      Array.from({ length: Math.min(500, count - from) }, (_, n) => event(from + n)),
    );
    expect(body).toMatchObject({ refused: 0 });
  }
};

const user = (n: number) =>
  anEvent(`user-${n}`, 'partner-user.added', {
    ...{ userId: `user-${n}`, partnerId: 'full', name: `User ${n}`, email: `user-${n}@full.example` },
    role: 'admin',
  });
const post = (partnerId: string) => (n: number) =>
  aPost(`${partnerId}-${n}`, { postId: `post-${n}`, partnerId });

beforeAll(async () => {
  herald = await startTestHerald();
  const [solution] = SMALL_WORLD;
  await herald.publishAll([
    ...SMALL_WORLD,
    anEvent('full', 'partner.registered', {
      ...{ partnerId: 'full', solutionId: solution?.data.solutionId, name: 'Full' },
      timeZone: 'Europe/Berlin',
    }),
  ]);
  await publishMany(MAX_USERS_PER_PARTNER, user);
  await publishMany(MAX_WAITING_POSTS, post('full'));
}, 300_000);
afterAll(() => herald.stop(), 120_000);

const settled = (partnerId: string) => (n: number) =>
  anEvent(`${partnerId}-approved-${n}`, 'post.approved', { partnerId, postId: `post-${n}` });

it('An event of a partner at all its bounds costs what one of a small partner does', async () => {
  const millisOf = async (events: readonly object[]) => {
    const millis: number[] = [];
    for (const event of events) {
      const begun = performance.now();
      expect((await herald.publish(event)).status).toBe(202);
      millis.push(performance.now() - begun);
    }
    return millis.sort((a, b) => a - b)[events.length >> 1] as number;
  };
  const numbers = Array.from({ length: 60 }, (_, n) => n);
  const small = await millisOf(numbers.flatMap((n) => [post('nordlicht')(n), settled('nordlicht')(n)]));
  // First one is approved, then there is room for another.
  const full = await millisOf(
    numbers.flatMap((n) => [settled('full')(n), post('full')(MAX_WAITING_POSTS + n)]),
  );
  expect(full).toBeLessThan(5 * small + 5);
}, 120_000);

it('The coverage of a day with all events of a partner at all its bounds is answered, and another request meanwhile', async () => {
  const path = '/v1/coverage?date=2026-03-02&partner=full';
  let isAnswered = false;
  const coverage = herald.get<{ counts: object }>(path).finally(() => {
    isAnswered = true;
  });
  const small = await herald.get('/v1/coverage?date=2026-03-02&partner=nordlicht');
  expect([small.status, isAnswered]).toEqual([200, false]);
  expect((await coverage).status).toBe(200);
});

it('While the digests of a partner at all its bounds are decided, the Send Now of another is answered and sent', async () => {
  await herald.moveTo('2026-03-09T07:59:00.000Z');
  const from = (await herald.head()) ?? '';
  const raised = async () => {
    let count = 0;
    for await (const batch of herald.herald.app.get(EventStore).readAll({ from }))
      count += batch.filter(
        ({ type, data }) => type === 'NotificationRaised' && data.partnerId === 'full',
      ).length;
    return count;
  };
  let [last, longest] = [performance.now(), 0];
  const watch = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 5);
  // Herald is stopped before all is decided.
  void herald.moveTo('2026-03-09T08:00:00.000Z').catch(() => undefined);
  await until(raised, (count) => count > 0);
  const begun = performance.now();
  const now = anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' });
  expect((await herald.publish(now)).status).toBe(202);
  const path = '/v1/notifications?recipient=ada&rule=no-social-media-content';
  await until(
    async () => (await herald.get<{ items: { outcome?: string }[] }>(path)).body.items,
    ([item]) => item?.outcome === 'accepted',
  );
  clearInterval(watch);
  expect(performance.now() - begun).toBeLessThan(15_000);
  // Milliseconds on a machine with nothing else to do; many seconds where all is looked through for each person in one go.
  expect(longest).toBeLessThan(5_000);
  expect(await raised()).toBeLessThan(MAX_USERS_PER_PARTNER);
}, 240_000);
