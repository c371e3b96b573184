import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotificationDetails } from '../../src/application/audit/history/get-notification.js';
import type { HistoryEntry } from '../../src/application/read-models/history/history.js';
import { anEvent, aPost } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
});
afterAll(() => herald.stop());

const [SOLUTION, ...PEOPLE] = SMALL_WORLD;

const configured = (id: string, changes: Readonly<Record<string, unknown>>) => ({
  ...SOLUTION,
  id,
  data: { ...SOLUTION?.data, ...changes },
});

const mailOf = async (query: string) => {
  await herald.settled();
  const { items } = (await herald.get<{ items: readonly HistoryEntry[] }>(`/v1/notifications?${query}`)).body;
  const { notificationId } = items[0] as HistoryEntry;
  const { body } = await herald.get<NotificationDetails>(`/v1/notifications/${notificationId}`);
  if (!body.mail) throw new Error('It has no mail.');
  return body.mail;
};

describe('The mails of a solution', () => {
  it('have its logo, color and imprint, and links to the account and the post', async () => {
    const connected = anEvent('connected', 'social-account.connected', {
      ...{ accountId: 'li:1', partnerId: 'nordlicht', network: 'linkedin', kind: 'company' },
      ...{ displayName: 'Nordlicht News', authorisationExpiresAt: '2026-03-01T00:00:00Z' },
    });
    const answer = await herald.publishAll([
      configured('branded', {
        accountUrl: 'https://portal.acme.example/{partnerId}/accounts/{accountId}',
        postUrl: 'https://portal.acme.example/posts/{postId}',
        branding: {
          ...{ logoUrl: 'https://cdn.acme.example/logo.png', color: '#7C2D12', footer: 'Acme GmbH, Hamburg' },
        },
      }),
      ...PEOPLE,
      connected,
      aPost('post-1', { partnerId: 'nordlicht' }),
    ]);
    expect(answer.status).toBe(202);
    await herald.moveTo('2026-03-09T09:00:00.000Z');
    const expired = await mailOf('rule=account-expired&recipient=ada@nordlicht.example');
    expect(expired.text).toContain(
      'Reconnect account: https://portal.acme.example/nordlicht/accounts/li%3A1\n',
    );
    expect(expired.html).toContain('src="https://cdn.acme.example/logo.png" alt="Acme"');
    expect(expired.html).toContain('background:#7c2d12');
    expect(expired.text).toContain('Acme GmbH, Hamburg');
    const digest = await mailOf('rule=content-needs-approval&recipient=ada@nordlicht.example');
    expect(digest.html).toContain('href="https://portal.acme.example/posts/post-1"');
  });

  it('refuse a color on which white text is hard to read, and say which is near', async () => {
    const answer = await herald.publishAll<{ results: { problem?: { errors: unknown } }[] }>([
      configured('pale', { branding: { color: '#ffcc00' } }),
    ]);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain('data.branding.color');
    expect(JSON.stringify(answer.body)).toMatch(/contrast of at least 4\.5:1 .* on #[0-9a-f]{6} enough/);
  });

  it('to its escalation contact name who was not reached, and why', async () => {
    const preference = (userId: string) =>
      anEvent(`off-${userId}`, 'partner-user.preferences-changed', {
        ...{ userId, partnerId: 'nordlicht', accountExpiration: 'off' },
      });
    await herald.publishAll([
      { ...configured('escalating', { escalationEmail: 'help@acme.example' }), time: '2026-03-09T09:00:00Z' },
      ...['ada', 'ben'].map((userId) => ({ ...preference(userId), time: '2026-03-09T09:00:00Z' })),
    ]);
    await herald.moveTo('2026-03-17T09:00:00.000Z');
    const { subjectLine, text } = await mailOf('rule=account-expired&recipient=help@acme.example');
    expect(subjectLine).toBe(
      '[Test] Nobody reached at Nordlicht: authorization of “Nordlicht News” on LinkedIn has ended',
    );
    expect(text).toContain(
      '* ada: has turned off these notifications\n* ben: has turned off these notifications\n',
    );
    expect(text).toContain('Contact Nordlicht in another way and ask them to reconnect the account in Acme.');
  });
});
