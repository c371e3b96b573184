import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Document } from '../../src/application/ports/document-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { agenda } from '../../src/application/read-models/agenda/agenda.js';
import { approvalQueues } from '../../src/application/read-models/approval-queues/approval-queues.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { people } from '../../src/application/read-models/people/people.js';
import { DAY, plus } from '../../src/domain/kernel/instant.js';
import { anEvent, aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';

const START = '2026-03-02T09:00:00.000Z';
const WEEKS = 52;
const POSTS_A_WEEK = 39;

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll(SMALL_WORLD);
});
afterAll(() => herald.stop());

/** How many documents a projection has, and how large the largest is, as JSON, in characters. */
const measured = async (projection: Projection<Document>) => {
  let [count, largest, after] = [0, 0, undefined as string | undefined];
  do {
    const page = await herald.herald.app
      .get(ReadModels)
      .find<Document>(projection, { limit: 500, ...(after ? { after } : {}) });
    count += page.documents.length;
    for (const document of page.documents) largest = Math.max(largest, JSON.stringify(document).length);
    after = page.next;
  } while (after !== undefined);
  return { count, largest };
};

const sizes = async () => {
  await herald.settled();
  return {
    agenda: await measured(agenda as unknown as Projection<Document>),
    queues: await measured(approvalQueues as unknown as Projection<Document>),
    people: await measured(people as unknown as Projection<Document>),
  };
};

/** Posts come, are approved in part before their digest and in part after it, and are published; people change their minds. */
const week = async (n: number) => {
  const monday = plus(START, n * 7 * DAY);
  const posts = Array.from({ length: POSTS_A_WEEK }, (_, m) => `post-${String(n).padStart(2, '0')}-${m}`);
  const at = (time: string) => (event: object) => ({ ...event, time });
  const approved = (postId: string) =>
    anEvent(`approved-${postId}`, 'post.approved', { postId, partnerId: 'nordlicht' });
  await herald.publishAll([
    ...posts.map((postId) =>
      at(monday)(aPost(postId, { postId, partnerId: 'nordlicht', publishAt: plus(monday, 10 * DAY) })),
    ),
    ...posts.slice(0, POSTS_A_WEEK / 2).map((postId) => at(monday)(approved(postId))),
    at(monday)(
      anEvent(`mind-${n}`, 'partner-user.preferences-changed', {
        ...{ userId: 'ben', partnerId: 'nordlicht', contentApproval: n % 2 === 0 ? 'daily' : 'weekly' },
      }),
    ),
    at(monday)(anEvent(`now-${n}`, 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' })),
  ]);
  const next = plus(monday, 7 * DAY);
  expect((await herald.moveTo(next)).status).toBe(200);
  await herald.publishAll(posts.slice(POSTS_A_WEEK / 2).map((postId) => at(next)(approved(postId))));
};

it('No document of the agenda, of the queues or of people grows in a year of 2,000 posts', async () => {
  for (let n = 0; n < 4; n += 1) await week(n);
  const young = await sizes();
  for (let n = 4; n < WEEKS; n += 1) await week(n);
  const old = await sizes();
  expect(old.queues.count).toBe(WEEKS * POSTS_A_WEEK);
  expect(old.agenda.count).toBe(young.agenda.count);
  expect(old.people.count).toBe(young.people.count);
  expect(old.agenda.largest).toBeLessThanOrEqual(young.agenda.largest + 50);
  expect(old.queues.largest).toBeLessThanOrEqual(young.queues.largest + 50);
  expect(old.people.largest).toBeLessThanOrEqual(young.people.largest + 50);
  expect(old.agenda.largest).toBeLessThan(3_000);
}, 180_000);
