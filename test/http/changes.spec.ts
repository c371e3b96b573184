import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Changes } from '../../src/application/audit/changes/get-changes.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { anEvent } from './events.js';
import { type ProblemBody, startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

const partnerId = 'nordlicht';
const account = { accountId: 'fb', partnerId };

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll([
    ...SMALL_WORLD,
    anEvent('account', 'social-account.connected', {
      ...account,
      ...{ network: 'x', kind: 'company', displayName: 'Spring\r\npage' },
      authorisationExpiresAt: '2026-03-10T12:00:00Z',
    }),
    anEvent('post', 'post.awaiting-approval', {
      ...{ postId: 'p1', partnerId, streamId: 's', streamName: 'Spring', title: 'One' },
      ...{ network: 'x', publishAt: '2026-05-01T09:00:00Z' },
    }),
    anEvent('approved', 'post.approved', { postId: 'p1', partnerId }),
  ]);
  await herald.moveTo('2026-03-02T09:30:00.000Z');
  await herald.publish({
    ...anEvent('renewed', 'social-account.authorisation-renewed', {
      ...{ accountId: 'fb', authorisationExpiresAt: '2026-06-10T12:00:00Z' },
    }),
    time: '2026-03-02T09:30:00Z',
  });
  await herald.settled();
});
afterAll(() => herald.stop());

const history = (path: string, query = '') => herald.get<Changes>(`/v1/${path}/history${query}`);

const LISTS = [
  ['social-accounts/fb', 'socialAccount-fb'],
  [`partners/${partnerId}`, `partner-${partnerId}`],
  [`approval-queues/${partnerId}`, `approvalQueue-${partnerId}`],
  ['solutions/acme', 'solution-acme'],
] as const;

describe('The history of an account, a partner, a queue and a solution', () => {
  it.each(LISTS)('%s is its stream in the log, the newest first', async (path, stream) => {
    const { status, body } = await history(path);
    const recorded = (await herald.events()).filter((event) => event.stream === stream).reverse();
    expect(status).toBe(200);
    expect(recorded.length).toBeGreaterThan(0);
    expect(body.next).toBeNull();
    expect(body.items.map(({ eventId, data }) => ({ eventId, data }))).toEqual(
      recorded.map(({ id, data }) => ({ eventId: id, data })),
    );
  });

  it('says who, when, by which event, and what was kept otherwise than it was sent', async () => {
    const { items } = (await history('social-accounts/fb')).body;
    const renewed = items.find(({ type }) => type === 'AuthorisationRenewed');
    expect(renewed).toMatchObject({
      ...{ sourceId: 'renewed', actor: 'platform', occurredAt: '2026-03-02T09:30:00.000Z' },
      data: { accountId: 'fb', authorisationExpiresAt: '2026-06-10T12:00:00.000Z' },
    });
    expect(items.find(({ type }) => type === 'TokenExpiring')).toMatchObject({ actor: 'clock' });
    expect(items.at(-1)).toMatchObject({
      type: 'SocialAccountConnected',
      asSent: { displayName: 'Spring\r\npage' },
    });
  });

  it.each(LISTS)('%s is read in pages', async (path) => {
    const { items } = (await history(path)).body;
    const read: Changes['items'][number][] = [];
    let next: string | null = '';
    for (let pages = 0; next !== null; pages += 1) {
      expect(pages).toBeLessThan(20);
      const { body }: { body: Changes } = await history(path, `?limit=1${next && `&after=${next}`}`);
      expect(body.items).toHaveLength(1);
      read.push(...body.items);
      next = body.next;
    }
    expect(read).toEqual(items);
  });

  it('reads of the log no more than a page', async () => {
    const log = herald.herald.app.get(EventStore);
    const { next } = (await history(`partners/${partnerId}`, '?limit=1')).body;
    let read = 0;
    const readStream = log.readStream.bind(log);
    log.readStream = async function* (...asked) {
      for await (const event of readStream(...asked)) {
        read += 1;
        yield event;
      }
    };
    try {
      await history(`partners/${partnerId}`, `?limit=1&after=${next}`);
    } finally {
      log.readStream = readStream;
    }
    expect(read).toBeLessThanOrEqual(2);
  });

  it('is empty for the queue of a partner that has had no posts', async () => {
    expect((await history('approval-queues/quiet')).status).toBe(404);
    const quiet = { partnerId: 'quiet', solutionId: 'acme', name: 'Quiet', timeZone: 'Europe/Berlin' };
    await herald.publish(anEvent('quiet', 'partner.registered', quiet));
    await herald.settled();
    const { status, body } = await history('approval-queues/quiet');
    expect({ status, body }).toEqual({ status: 200, body: { items: [], next: null } });
  });

  it('takes no cursor of another history', async () => {
    const { next } = (await history(`partners/${partnerId}`, '?limit=1')).body;
    expect(next).not.toBeNull();
    for (const path of ['social-accounts/fb', `approval-queues/${partnerId}`, 'partners/other'])
      expect(await herald.get<ProblemBody>(`/v1/${path}/history?after=${next}`)).toMatchObject({
        ...{ status: 400, body: { code: 'invalid-cursor' } },
      });
  });
});

describe('GET /v1/social-accounts/{id}', () => {
  it('answers one account as the list has it', async () => {
    const { body } = await herald.get('/v1/social-accounts/fb');
    const list = await herald.get<{ items: unknown[] }>('/v1/social-accounts');
    expect(list.body.items).toContainEqual(body);
    expect(body).toMatchObject({ ...account, status: 'connected' });
  });
});
