import { expect, it } from 'vitest';
import { notificationIdOf } from '../../src/application/aggregates/ids.js';
import { NOBODY, recipientOnRecord } from '../../src/domain/rules/shared/sentinels.js';
import { wholeHistory } from './eight-weeks.js';
import { anEvent } from './events.js';
import { startTestHerald } from './herald.js';

const SOLUTION = anEvent('solution', 'solution.configured', {
  ...{ solutionId: 'acme', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
  baseUrl: 'https://portal.acme.example',
  sender: { name: 'Acme Portal', address: 'no-reply@acme.example' },
  escalationEmail: 'help@acme.example',
});

const PARTNER = anEvent('partner', 'partner.registered', {
  ...{ partnerId: 'harbour', solutionId: 'acme', name: 'Harbour', timeZone: 'Europe/Berlin' },
});

it.each(['nobody', 'escalation'])(
  'A user whose id is %s opts out: it is recorded, nobody is reachable, and the escalation contact is notified.',
  async (userId) => {
    const herald = await startTestHerald();
    const email = `${userId}@harbour.example`;
    await herald.publishAll([
      SOLUTION,
      PARTNER,
      anEvent('u', 'partner-user.added', { userId, partnerId: 'harbour', name: 'W', email, role: 'admin' }),
      anEvent('off', 'partner-user.preferences-changed', {
        ...{ userId, partnerId: 'harbour', accountExpiration: 'off' },
      }),
      anEvent('account', 'social-account.connected', {
        ...{ accountId: 'a', partnerId: 'harbour', network: 'x', kind: 'company', displayName: 'A' },
        authorisationExpiresAt: '2026-03-15T12:00:00Z',
      }),
    ]);
    await herald.moveTo('2026-03-09T09:00:00.000Z');
    await herald.settled();
    const told = (await wholeHistory(herald)).map(
      (one) => `${one.recipientId} ${one.recipientEmail} ${one.reason ?? one.decision}`,
    );
    const { body } = await herald.get<{ items: unknown[] }>('/v1/notifications?recipient=*escalation');
    await herald.stop();
    expect(told.sort()).toEqual(
      [
        `${userId} ${email} opted-out`,
        '*nobody  no-reachable-recipient',
        '*escalation help@acme.example raised',
      ].sort(),
    );
    expect(body.items).toHaveLength(1);
  },
);

it('What was decided for nobody and for the escalation contact keeps its id; users of that name have others.', () => {
  const address = { channel: 'email', value: 'a@x.example' };
  const subject = { kind: 'socialAccount', id: 'a' } as const;
  const idFor = (userId: string) =>
    notificationIdOf('account-expired', subject, { userId, address }, '2026-03-02');
  // As the ids were when the sentinels were called `nobody` and `escalation`.
  expect(idFor('*nobody')).toBe('9436151e-fd19-5a6d-b72f-ed781a6ff590');
  expect(idFor('*escalation')).toBe('b0ccf081-e491-5eb6-bcc2-c512cb2c4abe');
  const ids = ['*nobody', 'nobody', '*escalation', 'escalation', 'ada'].map(idFor);
  expect(new Set(ids).size).toBe(5);
});

it('On record under their old ids they are known for what they are.', () => {
  const at = (value: string) => ({ address: { channel: 'email', value } });
  const nobody = { userId: 'nobody', name: 'Nobody', ...at(''), locale: 'en' };
  const person = { userId: 'nobody', name: 'Nobody', ...at('nobody@harbour.example'), locale: 'en' };
  expect(recipientOnRecord(nobody, false).userId).toBe(NOBODY);
  expect(recipientOnRecord(person, false)).toBe(person);
  const contact = { userId: 'escalation', name: 'Acme', ...at('help@acme.example'), locale: 'en' };
  expect(recipientOnRecord(contact, true).userId).toBe('*escalation');
  expect(recipientOnRecord({ ...contact, ...at('e@harbour.example') }, false).userId).toBe('escalation');
});
