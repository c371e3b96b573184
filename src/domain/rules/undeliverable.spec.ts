import { describe, expect, it } from 'vitest';
import { World } from '../../../test/domain/partner-world.js';
import { accountExpired } from './account-expired/definition.js';
import { contentNeedsApproval } from './content-needs-approval/definition.js';
import { noSocialMediaContent } from './no-social-media-content/definition.js';

// Thursday; the Mondays are the 5th, 12th, 19th and 26th of January 2026. 09:00 in Berlin is 08:00 UTC.
const START = '2026-01-01T12:00:00.000Z';
const MON_5 = '2026-01-05T12:00:00.000Z';
const MON_12 = '2026-01-12T12:00:00.000Z';
const MON_19 = '2026-01-19T12:00:00.000Z';
const MON_26 = '2026-01-26T12:00:00.000Z';

const world = (...admins: readonly string[]): World => {
  const made = new World(START);
  for (const admin of admins) made.user(admin);
  return made;
};

describe('An address from an older log that would now be refused', () => {
  it('gets no mail, has a reason, and is escalated', () => {
    const linden = world('greta');
    linden.moves('greta', `${'g'.repeat(65)}@haus-linden.example`);
    linden.company('fb', '2026-01-13T12:00:00.000Z');
    linden.until(MON_5);
    expect(linden.told('settings-update-required')).toEqual([
      '2026-01-05T08:00 greta: undeliverable-address',
      '2026-01-05T08:00 *nobody: no-reachable-recipient',
      '2026-01-05T08:00 *escalation',
    ]);
    const [condition] = accountExpired
      .personConditions(linden.accountFacts('fb'), 'greta')
      .filter(({ name }) => name === 'address-is-deliverable');
    expect(condition?.says).toContain('no mail can have this address: more than 64 octets are before the @;');
    linden.moves('greta', 'greta@haus-linden.example');
    linden.until(MON_12);
    expect(linden.told('settings-update-required').at(-1)).toBe('2026-01-12T08:00 greta');
  });
});

describe('While an address is undeliverable', () => {
  it('reminders about accounts are withheld from it, and the others are notified', () => {
    const linden = world('greta', 'jonas');
    linden.company('fb', '2026-01-13T12:00:00.000Z');
    linden.undeliverable('greta');
    linden.until(MON_5);
    expect(linden.told('settings-update-required')).toEqual([
      '2026-01-05T08:00 greta: undeliverable-address',
      '2026-01-05T08:00 jonas',
    ]);
  });

  it('and nobody else is left, the escalation contact is notified of the account', () => {
    const linden = world('greta', 'jonas');
    linden.company('fb', '2026-01-13T12:00:00.000Z');
    linden.undeliverable('greta');
    linden.prefers('jonas', { accountExpiration: 'off' });
    linden.until(MON_5);
    expect(linden.told('settings-update-required')).toEqual([
      '2026-01-05T08:00 greta: undeliverable-address',
      '2026-01-05T08:00 jonas: opted-out',
      '2026-01-05T08:00 *nobody: no-reachable-recipient',
      '2026-01-05T08:00 *escalation',
    ]);
    const { conditions } = accountExpired.decide(linden.accountFacts('fb'), MON_5);
    expect(conditions.find(({ name }) => name === 'somebody-can-be-told')?.says).toBe(
      'jonas opted out; mails to greta cannot be delivered; there is nobody else.',
    );
  });

  it('its digests are withheld; once the platform gives another address, the next digest lists what waits', () => {
    const linden = world('greta', 'jonas');
    linden.undeliverable('greta');
    linden.post('p1');
    linden.until(MON_12);
    linden.moves('greta', 'greta@haus-linden.example');
    linden.until(MON_26);
    expect(linden.told('content-needs-approval')).toEqual([
      '2026-01-05T08:00 greta: undeliverable-address',
      '2026-01-05T08:00 jonas',
      '2026-01-12T08:00 greta: undeliverable-address',
      '2026-01-19T08:00 greta',
    ]);
  });

  it('and nobody else gets digests, the escalation contact is notified, once for the same content', () => {
    const linden = world('greta');
    linden.post('p1');
    linden.until(MON_5);
    linden.undeliverable('greta');
    linden.post('p2');
    linden.until(MON_19);
    linden.post('p3');
    linden.until(MON_26);
    expect(linden.told('content-needs-approval')).toEqual([
      '2026-01-05T08:00 greta',
      '2026-01-12T08:00 greta: undeliverable-address',
      '2026-01-12T08:00 *nobody: no-reachable-recipient',
      '2026-01-12T08:00 *escalation',
      '2026-01-19T08:00 greta: undeliverable-address',
      '2026-01-26T08:00 greta: undeliverable-address',
      '2026-01-26T08:00 *nobody: no-reachable-recipient',
      '2026-01-26T08:00 *escalation',
    ]);
    const { conditions } = contentNeedsApproval.decide(linden.queueFacts(), { userId: '*' }, MON_26);
    expect(conditions.find(({ name }) => name === 'somebody-wants-digests')?.says).toBe(
      'Mails to everybody at the partner who wants digests cannot be delivered.',
    );
  });

  it('a Send Now is withheld, and nothing is escalated', () => {
    const linden = world('greta');
    linden.undeliverable('greta');
    linden.sendNow('greta');
    expect(linden.told('no-social-media-content')).toEqual(['2026-01-01T12:00 greta: undeliverable-address']);
    linden.post('p1');
    linden.sendNow('greta');
    expect(linden.told('content-needs-approval')).toEqual(['2026-01-01T12:00 greta: undeliverable-address']);
  });

  it('a condition says so; there is none while the address is not known to be undeliverable', () => {
    const linden = world('greta');
    const conditions = () => {
      const { conditions: ofDigest } = contentNeedsApproval.decide(
        linden.queueFacts(),
        { userId: 'greta' },
        START,
      );
      return [
        ...ofDigest,
        ...noSocialMediaContent.decide(linden.queueFacts(), { userId: 'greta' }, START).conditions,
        ...accountExpired.personConditions(linden.accountFacts('fb'), 'greta'),
      ].filter(({ name }) => name === 'address-is-deliverable');
    };
    expect(conditions()).toEqual([]);
    linden.undeliverable('greta');
    const found = conditions();
    expect(found).toHaveLength(3);
    for (const { holds, says, withholds } of found)
      expect({ holds, says, withholds }).toEqual({
        holds: false,
        says: `Nothing is sent to greta@linden.example of greta, because a mail to it came back (known since ${START}); this ends when the platform gives another address.`,
        withholds: 'undeliverable-address',
      });
  });
});
