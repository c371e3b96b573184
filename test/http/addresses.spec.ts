import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/application/audit/history/get-summary.js';
import { type Entry, everyPage } from './eight-weeks.js';
import { anEvent } from './events.js';
import { startTestHerald, type TestHerald } from './herald.js';

const partner = (partnerId: string) =>
  anEvent(`partner ${partnerId}`, 'partner.registered', {
    ...{ partnerId, solutionId: 'acme', name: partnerId, timeZone: 'Europe/Berlin' },
  });

const user = (userId: string, email: string) =>
  anEvent(`user ${userId}`, 'partner-user.added', {
    ...{ userId, partnerId: 'nordlicht', name: userId, email, role: 'admin' },
  });

const endedAccount = (accountId: string, partnerId: string) => [
  anEvent(`account ${accountId}`, 'social-account.connected', {
    ...{ accountId, partnerId, network: 'x', kind: 'company', displayName: accountId },
  }),
  anEvent(`refused ${accountId}`, 'social-account.token-invalidated', { accountId, reason: 'Over.' }),
];

let herald: TestHerald;
beforeAll(async () => {
  herald = await startTestHerald();
  await herald.publishAll([
    anEvent('solution', 'solution.configured', {
      ...{ solutionId: 'acme', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
      baseUrl: 'https://portal.acme.example',
      sender: { name: 'Acme Portal', address: 'no-reply@acme.example' },
      escalationEmail: 'Help@Bücher.Example',
    }),
    ...[partner('nordlicht'), partner('without-people')],
    ...[user('ada', 'Office@Nordlicht.Example'), user('ben', 'office@nordlicht.example')],
    ...[...endedAccount('page', 'nordlicht'), ...endedAccount('alone', 'without-people')],
  ]);
  await herald.moveTo('2026-03-10T09:00:00.000Z');
  await herald.settled();
});
afterAll(() => herald.stop());

const recipientsOf = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const entries = (await everyPage<Entry>(herald, '/v1/notifications', { ...query, limit: '3' })).flat();
  return entries.map(({ recipientId }) => recipientId).sort();
};

describe('The decisions about an address are found in any spelling of it', () => {
  it.each([
    ['an escalation contact', 'Help@Bücher.Example', ['*escalation', '*escalation']],
    ['several people', 'Office@Nordlicht.Example', ['ada', 'ada', 'ben', 'ben']],
  ])('if it is that of %s', async (_, address, recipients) => {
    for (const spelling of [address, address.toLowerCase(), address.toUpperCase()]) {
      for (const filter of ['recipient', 'q'])
        expect({ spelling, found: await recipientsOf({ [filter]: spelling }) }).toEqual({
          ...{ spelling, found: recipients },
        });
      const query = new URLSearchParams({ recipient: spelling });
      const { body } = await herald.get<Summary>(`/v1/notifications/summary?${query}`);
      expect(body.totals.decisions).toBe(recipients.length);
      const { text } = await herald.send(`/v1/notifications?${query}`, { headers: { accept: 'text/csv' } });
      expect(text.trimEnd().split('\r\n')).toHaveLength(1 + recipients.length);
    }
  });

  it('and are shown with the address as it was sent', async () => {
    const { body } = await herald.get<{ items: readonly Entry[] }>(
      '/v1/notifications?recipient=office@nordlicht.example',
    );
    expect(new Set(body.items.map(({ recipientEmail }) => recipientEmail))).toEqual(
      new Set(['Office@Nordlicht.Example', 'office@nordlicht.example']),
    );
    expect(body.items[0]).not.toHaveProperty('recipientMailbox');
  });
});
