import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AgendaDocument, agenda } from '../../src/application/read-models/agenda/agenda.js';
import { ReadModels } from '../../src/application/read-models/engine/read-models.js';
import { MAX_LISTED_POSTS, MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR } from '../../src/domain/bounds.js';
import { MailRenderer } from '../../src/infrastructure/mail/mail.js';
import { wholeHistory } from './eight-weeks.js';
import { anEvent, aPost } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

let herald: TestHerald;
beforeEach(async () => {
  herald = await startTestHerald();
});
afterEach(() => herald.stop());

/** What is on the agenda, document by document. */
const documents = async (): Promise<readonly AgendaDocument[]> => {
  await herald.settled();
  const page = await herald.herald.app.get(ReadModels).find<AgendaDocument>(agenda, { limit: 1_000 });
  return page.documents;
};

const request = (id: string, userId: string, partnerId = 'nordlicht') =>
  anEvent(id, 'digest.requested', { userId, partnerId });

describe('Send Now', () => {
  it('of one user, pressed many times before there is an answer, has one answer', async () => {
    await herald.publishAll(SMALL_WORLD);
    const presses = Array.from({ length: 500 }, (_, n) => request(`now-${n}`, 'ada'));
    const { body } = await herald.publishAll<{ results: { status: string }[] }>(presses);
    expect(new Set(body.results.map(({ status }) => status))).toEqual(new Set(['accepted']));
    await herald.moveTo('2026-03-02T09:00:01.000Z');
    await herald.settled();
    expect((await wholeHistory(herald)).map(({ recipientId, rule }) => [recipientId, rule])).toEqual([
      ['ada', 'no-social-media-content'],
    ]);
  });

  it('at a partner that Herald does not know waits for an hour, and leaves nothing behind', async () => {
    await herald.publishAll(
      Array.from({ length: 300 }, (_, n) => request(`now-${n}`, `ghost-${n}`, 'ghost')),
    );
    const waiting = await documents();
    expect(waiting).toHaveLength(300);
    expect(Math.max(...waiting.map((document) => JSON.stringify(document).length))).toBeLessThan(1_000);
    await herald.moveTo('2026-03-02T10:00:00.000Z');
    expect(await documents()).toEqual([]);
    expect(await wholeHistory(herald)).toEqual([]);
  });

  it('that came before the partner and the person is answered once they are known', async () => {
    await herald.publish(request('now', 'ada'));
    await herald.moveTo('2026-03-02T09:30:00.000Z');
    await herald.publishAll(SMALL_WORLD);
    await herald.moveTo('2026-03-02T09:31:00.000Z');
    await herald.settled();
    expect((await wholeHistory(herald)).map(({ recipientId, outcome }) => [recipientId, outcome])).toEqual([
      ['ada', 'accepted'],
    ]);
  });
});

it('Documents of the agenda are as small for a partner with many posts and people as for one with few.', async () => {
  await herald.publishAll(SMALL_WORLD);
  await herald.publishAll(
    Array.from({ length: 900 }, (_, n) =>
      anEvent(`user-${n}`, 'partner-user.added', {
        ...{ userId: `user-${n}`, partnerId: 'nordlicht', name: 'N', email: `n${n}@nordlicht.example` },
        role: 'member',
      }),
    ),
  );
  await herald.publishAll(
    Array.from({ length: 900 }, (_, n) =>
      aPost(`post-${n}`, { postId: `post-${n}`, partnerId: 'nordlicht' }),
    ),
  );
  const all = await documents();
  expect(all.map(({ id }) => id)).toEqual(['partner:nordlicht', 'solution:acme']);
  expect(Math.max(...all.map((document) => JSON.stringify(document).length))).toBeLessThan(2_000);
});

it('A queue of 2,000 posts with the longest titles gets its digest, which says what the mail lists and counts the others.', async () => {
  await herald.publishAll(SMALL_WORLD);
  for (let from = 0; from < 2_000; from += 500)
    await herald.publishAll(
      Array.from({ length: 500 }, (_, n) =>
        aPost(`post-${from + n}`, {
          ...{ postId: `post-${from + n}`, partnerId: 'nordlicht', title: '春'.repeat(490) },
        }),
      ),
    );
  await herald.moveTo('2026-03-09T09:00:00.000Z');
  await herald.settled();
  const raised = await wholeHistory(herald);
  expect(raised.map(({ recipientId, decision }) => [recipientId, decision]).sort()).toEqual([
    ['ada', 'raised'],
    ['ben', 'raised'],
  ]);
  const { body } = await herald.get<{
    details: {
      conditions: { name: string; facts?: { posts: unknown[]; more: number } }[];
      causes: unknown[];
    };
  }>(`/v1/notifications/${raised[0]?.notificationId}`);
  const { conditions, causes } = body.details;
  const facts = conditions.find(({ name }) => name === 'new-content-waits')?.facts;
  expect(facts?.posts).toHaveLength(MAX_LISTED_POSTS);
  expect(facts?.more).toBe(2_000 - MAX_LISTED_POSTS);
  expect(causes).toHaveLength(MAX_LISTED_POSTS);
});

it("A person whose digest cannot be rendered delays nobody else's, appears in /health, and gets it once it can be rendered.", async () => {
  await herald.publishAll([...SMALL_WORLD, aPost('p1', { partnerId: 'nordlicht' })]);
  const renderer = herald.herald.app.get(MailRenderer);
  const render = renderer.render.bind(renderer);
  const broken = vi.spyOn(renderer, 'render').mockImplementation((model) => {
    if (model.recipient.name === 'ada') throw new Error('There is no mail for Ada.');
    return render(model);
  });
  await herald.moveTo('2026-03-09T08:00:00.000Z');
  await herald.settled();
  expect((await wholeHistory(herald)).map(({ recipientId }) => recipientId)).toEqual(['ben']);
  const { body } = await herald.get<{ parts: { part: string; status: string }[] }>('/health');
  const part = body.parts.find((one) => one.part === 'decisions');
  expect(part?.status).toBe('degraded');
  expect(JSON.stringify(part)).toContain('partner:nordlicht');
  broken.mockRestore();
  await herald.moveTo('2026-03-09T09:00:00.000Z');
  await expect
    .poll(
      async () => {
        await herald.settled();
        return (await wholeHistory(herald)).map(({ recipientId }) => recipientId).sort();
      },
      { interval: 200 },
    )
    .toEqual(['ada', 'ben']);
});

it('A solution that is configured again rewrites no document of its partners, unless their slots change.', async () => {
  await herald.publishAll(SMALL_WORLD);
  const positions = async () =>
    Object.fromEntries((await documents()).map(({ id, position }) => [id, position]));
  const configured = (id: string, more: object) => {
    const [solution] = SMALL_WORLD as unknown as [{ data: object }];
    return { ...solution, id, time: '2026-03-02T09:00:01Z', data: { ...solution.data, ...more } };
  };
  const before = await positions();
  await herald.publish(configured('renamed', { name: 'Acme renamed', entitled: false }));
  expect((await positions())['partner:nordlicht']).toBe(before['partner:nordlicht']);
  await herald.publish(configured('later', { policies: { sendAt: '10:00' } }));
  expect((await positions())['partner:nordlicht']).not.toBe(before['partner:nordlicht']);
});

it('An address gets a limited number of mails per hour, whichever person has it; the next hour it may get mails again.', async () => {
  const [solution, partner] = SMALL_WORLD;
  const people = Array.from({ length: MAX_NOTIFICATIONS_PER_RECIPIENT_AND_HOUR + 20 }, (_, n) => `user-${n}`);
  await herald.publishAll([
    ...[solution, partner],
    ...people.map((userId) =>
      anEvent(userId, 'partner-user.added', {
        ...{ userId, partnerId: 'nordlicht', name: userId, email: 'victim@elsewhere.example', role: 'admin' },
      }),
    ),
    ...people.map((userId) => request(`now-${userId}`, userId)),
  ]);
  await herald.moveTo('2026-03-02T09:00:01.000Z');
  await herald.settled();
  const all = await wholeHistory(herald);
  const limited = all.filter(({ reason }) => reason === 'rate-limited');
  expect([all.length, limited.length]).toEqual([people.length, 20]);
  const { body } = await herald.get<{ sentence: string; recomputed: { agrees: boolean } }>(
    `/v1/notifications/${limited[0]?.notificationId}/why`,
  );
  expect(body.sentence).toContain(
    '(rate-limited), because their address had 100 mails within the last hour, which is the limit',
  );
  expect(body.recomputed.agrees).toBe(true);
  const { body: filtered } = await herald.get<{ items: unknown[] }>('/v1/notifications?reason=rate-limited');
  expect(filtered.items).toHaveLength(20);
  await herald.moveTo('2026-03-02T10:00:02.000Z');
  await herald.publish(request('again', 'user-0'));
  await herald.moveTo('2026-03-02T10:00:03.000Z');
  await herald.settled();
  expect((await wholeHistory(herald)).at(-1)?.decision).toBe('raised');
});
