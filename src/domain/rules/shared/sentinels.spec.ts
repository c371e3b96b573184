import { expect, it } from 'vitest';
import { rateLimited } from './rate-limit.js';
import { escalationOf, recipientsOf } from './recipients.js';
import { isPerson, nameInIds, recipientOnRecord } from './sentinels.js';

const at = (value: string) => ({ address: { channel: 'email', value } });
const nobody = { ...{ userId: 'nobody', name: 'Nobody', locale: 'en' }, ...at('') };

it('A sentinel is not a person', () => {
  expect(['*nobody', '*escalation', 'nobody', 'greta'].map(isPerson)).toEqual([false, false, true, true]);
});

it('Old logs have other names for sentinels; a user of that name is distinguished by the address and the name', () => {
  expect(recipientOnRecord(nobody, false).userId).toBe('*nobody');
  expect(recipientOnRecord({ ...nobody, userId: 'escalation' }, true).userId).toBe('*escalation');
  for (const user of [at('n@x.example'), { name: 'nobody' }, { userId: 'greta' }])
    expect(recipientOnRecord({ ...nobody, ...user }, false)).toEqual({ ...nobody, ...user });
});

it('Notification ids keep the old names of sentinels, and users of those names have different ids', () => {
  expect(['*nobody', '*escalation', 'nobody', 'escalation', 'greta', 'constructor'].map(nameInIds)).toEqual([
    ...['nobody', 'escalation', 'user/nobody', 'user/escalation', 'greta', 'constructor'],
  ]);
});

it('A recipient has the name and address that are known, and the language of the solution', () => {
  const unknown = recipientsOf('greta', undefined, undefined);
  expect(unknown).toEqual([{ userId: 'greta', name: 'greta', ...at(''), locale: 'en' }]);
  const settings = { name: 'Aurora', locale: 'de' } as Parameters<typeof escalationOf>[0];
  expect(recipientsOf('greta', undefined, settings)[0]?.locale).toBe('de');
  expect([escalationOf(settings), escalationOf(undefined)]).toEqual([undefined, undefined]);
  const escalating = { ...settings, escalationEmail: 'e@x.example' } as typeof settings;
  expect(escalationOf(escalating)).toEqual({
    ...{ userId: '*escalation', name: 'Aurora', locale: 'de' },
    ...at('e@x.example'),
  });
});

it('A decision for an address at its limit is withheld, with one more condition', () => {
  const decision = { recipient: nobody, escalation: false, lateBy: 0, conditions: [] };
  expect(rateLimited(decision)).toEqual({
    ...decision,
    reason: 'rate-limited',
    conditions: [
      {
        ...{ name: 'address-has-room', holds: false, withholds: 'rate-limited', facts: { limit: 100 } },
        says: 'Their address had 100 mails within the last hour, which is the limit.',
      },
    ],
  });
});
