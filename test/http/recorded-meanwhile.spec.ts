import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Verification } from '../../src/application/audit/verify/verify-notification.js';
import type { Why } from '../../src/application/audit/why/get-why.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { until } from '../until.js';
import type { Entry } from './eight-weeks.js';
import { anEvent, aPost } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll(SMALL_WORLD);
});
afterAll(() => herald.stop());
afterEach(() => vi.restoreAllMocks());

/** Publishes an event after the facts of the next decision were read, and before the decision is on record. */
const meanwhile = (event: object): void => {
  const log = herald.herald.app.get(EventStore);
  const append = log.append.bind(log);
  let isPublished = false;
  vi.spyOn(log, 'append').mockImplementation(async (stream, ...rest) => {
    if (stream.startsWith('notification-') && !isPublished) {
      isPublished = true;
      expect(await herald.publish(event)).toMatchObject({ status: 202 });
    }
    return append(stream, ...rest);
  });
};

const decisionsOf = async (rule: string, count: number): Promise<readonly Entry[]> => {
  const ask = async () =>
    (await herald.get<{ items: readonly Entry[] }>(`/v1/notifications?rule=${rule}`)).body.items;
  return until(ask, (items) => items.length === count);
};

const differing = async ({ notificationId }: Entry) => {
  const { body } = await herald.get<Verification>(`/v1/notifications/${notificationId}/verify`);
  return body.checks.filter(({ ok }) => !ok);
};

describe('A decision is explained and verified by what it saw, not by what was recorded meanwhile', () => {
  it('where a post is added while a digest is decided', async () => {
    await herald.publish(aPost('one', { partnerId: 'nordlicht', postId: 'one' }));
    meanwhile(aPost('two', { partnerId: 'nordlicht', postId: 'two' }));
    await herald.publish(anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' }));
    const [digest] = await decisionsOf('content-needs-approval', 1);
    if (!digest) throw new Error('There is no digest.');
    expect(digest.subjectLine).toContain('1 new post');
    expect(await differing(digest)).toEqual([]);
  });

  it('where an authorisation is granted again while its end is decided', async () => {
    await herald.publish(
      anEvent('connected', 'social-account.connected', {
        ...{ accountId: 'fb-1', partnerId: 'nordlicht', network: 'facebook', kind: 'company' },
        displayName: 'Nordlicht',
      }),
    );
    meanwhile(anEvent('renewed', 'social-account.authorisation-renewed', { accountId: 'fb-1' }));
    await herald.publish(
      anEvent('refused', 'social-account.token-invalidated', { accountId: 'fb-1', reason: 'revoked' }),
    );
    for (const ended of await decisionsOf('account-expired', 2)) {
      const { body } = await herald.get<Why>(`/v1/notifications/${ended.notificationId}/why`);
      expect(body.recomputed).toMatchObject({ agrees: true });
      expect(await differing(ended)).toEqual([]);
    }
  });

  it('where a person changes their mind while nothing is sent to them', async () => {
    const prefers = (id: string, accountExpiration: 'on' | 'off') => ({
      ...anEvent(id, 'partner-user.preferences-changed', { userId: 'ada', partnerId: 'nordlicht' }),
      data: { userId: 'ada', partnerId: 'nordlicht', accountExpiration },
    });
    await herald.publish({ ...prefers('no', 'off'), time: '2026-03-02T09:00:00Z' });
    await herald.publish(
      anEvent('connected-2', 'social-account.connected', {
        ...{ accountId: 'fb-2', partnerId: 'nordlicht', network: 'facebook', kind: 'company' },
        displayName: 'Nordlicht',
      }),
    );
    meanwhile({ ...prefers('yes', 'on'), time: '2026-03-02T09:01:00Z' });
    await herald.publish(
      anEvent('refused-2', 'social-account.token-invalidated', { accountId: 'fb-2', reason: 'revoked' }),
    );
    const ended = await decisionsOf('account-expired', 4);
    const withheld = ended.find(({ reason }) => reason === 'opted-out');
    const { body } = await herald.get<Why>(`/v1/notifications/${withheld?.notificationId}/why`);
    expect(body.sentence).toContain('(event no of /test)');
    expect(body.causes.map(({ data }) => data.accountExpiration)).toContain('off');
    expect(body.causes.map(({ data }) => data.accountExpiration)).not.toContain('on');
  });
});
