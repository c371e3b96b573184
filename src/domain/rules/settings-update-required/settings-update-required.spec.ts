import { describe, expect, it } from 'vitest';
import { POLICIES, World } from '../../../../test/domain/partner-world.js';
import { settingsUpdateRequired } from './definition.js';

const RULE = 'settings-update-required';
// Thursday; the Mondays are the 5th, 12th, 19th and 26th of January 2026. 09:00 in Berlin is 08:00 UTC.
const START = '2026-01-01T12:00:00.000Z';

const withCompany = (expires: string, settings = {}): World => {
  const world = new World(START, settings);
  world.user('greta');
  world.company('fb', expires);
  return world;
};

describe('Settings update required', () => {
  it('Every Monday in the partner’s zone while the authorisation expires in less than 20 days and has not yet expired.', () => {
    const world = withCompany('2026-01-27T12:00:00.000Z');
    world.until('2026-03-01T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-12T08:00 greta',
      '2026-01-19T08:00 greta',
      '2026-01-26T08:00 greta',
    ]);
  });

  it('Exactly 20 days are not less than 20 days.', () => {
    const world = withCompany('2026-01-25T08:00:00.000Z');
    world.until('2026-01-11T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([]);
    const sooner = withCompany('2026-01-25T07:59:59.999Z');
    sooner.until('2026-01-11T00:00:00.000Z');
    expect(sooner.told(RULE)).toEqual(['2026-01-05T08:00 greta']);
  });

  it('After the expiry there are no reminders.', () => {
    const world = withCompany('2026-01-12T08:00:00.000Z');
    world.until('2026-02-01T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 greta']);
  });

  it('The audience of a personal account is its owner.', () => {
    const world = new World(START);
    world.user('greta');
    world.user('mira', 'member');
    world.personal('li', 'mira', '2026-01-13T12:00:00.000Z');
    world.until('2026-01-13T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 mira', '2026-01-12T08:00 mira']);
  });

  it('The audience of a company account are all active Partner Admins.', () => {
    const world = withCompany('2026-01-13T12:00:00.000Z');
    world.user('jonas');
    world.user('felix');
    world.user('mira', 'member');
    world.tellPartner({
      type: 'ChangeUser',
      data: { userId: 'felix', partnerId: 'linden', active: false },
      at: START,
    });
    world.until('2026-01-06T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 greta', '2026-01-05T08:00 jonas']);
  });

  it('Each person may opt out (Social Accounts Expiration).', () => {
    const world = withCompany('2026-01-13T12:00:00.000Z');
    world.user('jonas');
    world.prefers('jonas', { accountExpiration: 'off' });
    world.until('2026-01-06T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 greta', '2026-01-05T08:00 jonas: opted-out']);
  });

  it('Nobody can be reached (no admin, all opted out, no address): no-reachable-recipient, and the solution’s escalation contact is notified if it has one.', () => {
    const world = withCompany('2026-01-13T12:00:00.000Z');
    world.prefers('greta', { accountExpiration: 'off' });
    world.until('2026-01-06T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-05T08:00 greta: opted-out',
      '2026-01-05T08:00 *nobody: no-reachable-recipient',
      '2026-01-05T08:00 *escalation',
    ]);
    const silent = new World(START, { escalationEmail: undefined });
    silent.company('fb', '2026-01-13T12:00:00.000Z');
    silent.until('2026-01-06T00:00:00.000Z');
    expect(silent.told(RULE)).toEqual(['2026-01-05T08:00 *nobody: no-reachable-recipient']);
  });

  it('Without entitlement decisions are withheld (not-entitled).', () => {
    const world = withCompany('2026-01-13T12:00:00.000Z', { entitled: false });
    world.until('2026-01-06T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T08:00 greta: not-entitled']);
  });

  it('A missed slot is sent late within 48 h, and otherwise recorded as missed.', () => {
    const late = withCompany('2026-01-20T12:00:00.000Z');
    late.down('2026-01-07T08:00:00.000Z');
    expect(late.told(RULE)).toEqual(['2026-01-07T08:00 greta']);
    expect(late.decided[0]?.lateBy).toBe(48 * 3_600_000);
    const missed = withCompany('2026-01-20T12:00:00.000Z');
    missed.down('2026-01-07T08:00:00.001Z');
    expect(missed.told(RULE)).toEqual(['2026-01-07T08:00 greta: missed']);
    missed.until('2026-01-13T00:00:00.000Z');
    expect(missed.told(RULE).at(-1)).toBe('2026-01-12T08:00 greta');
  });

  it('A late reminder about an authorisation that has expired since is recorded as missed.', () => {
    const world = withCompany('2026-01-05T12:00:00.000Z');
    world.down('2026-01-05T13:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T13:00 greta: missed']);
    expect(world.told('account-expired')).toEqual(['2026-01-05T13:00 greta']);
  });

  it('A date that is learned late has no earlier Mondays.', () => {
    const world = new World(START);
    world.user('greta');
    world.company('fb');
    world.until('2026-01-06T00:00:00.000Z');
    const data = { accountId: 'fb', authorisationExpiresAt: '2026-01-13T12:00:00.000Z' };
    world.tellAccount('fb', { type: 'LearnExpiry', data, at: START });
    world.until('2026-01-13T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-12T08:00 greta']);
  });

  it('There is no reminder after a renewal, a refusal or a removal.', () => {
    for (const stop of [
      (world: World) => world.renew('fb', '2026-06-01T00:00:00.000Z'),
      (world: World) => world.refuse('fb'),
      (world: World) => world.remove('fb'),
    ]) {
      const world = withCompany('2026-01-27T12:00:00.000Z');
      world.until('2026-01-12T10:00:00.000Z');
      stop(world);
      world.until('2026-02-01T00:00:00.000Z');
      expect(world.told(RULE)).toEqual(['2026-01-12T08:00 greta']);
    }
  });

  it('A partner’s zone change re-plans its agenda, and no Monday comes twice.', () => {
    const world = withCompany('2026-01-27T12:00:00.000Z');
    world.until('2026-01-12T10:00:00.000Z');
    const data = { partnerId: 'linden', timeZone: 'America/New_York' };
    world.tellPartner({ type: 'ChangeZone', data, at: world.now });
    world.until('2026-01-20T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-12T08:00 greta', '2026-01-19T14:00 greta']);
  });

  it('Mails go at 09:00 in the partner’s zone by default; a solution may set another time.', () => {
    const world = withCompany('2026-01-13T12:00:00.000Z', { policies: { ...POLICIES, sendAt: '17:30' } });
    world.until('2026-01-06T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-05T16:30 greta']);
  });

  it('The clock records once that the account enters the 20-day window, and once that it expired.', () => {
    const world = withCompany('2026-01-27T12:00:00.000Z');
    world.until('2026-03-01T00:00:00.000Z');
    const types = world.accounts.get('fb')?.events.map(({ type, occurredAt }) => `${type} ${occurredAt}`);
    expect(types?.filter((type) => /^Token/.test(type))).toEqual([
      'TokenExpiring 2026-01-07T12:00:00.000Z',
      'TokenExpired 2026-01-27T12:00:00.000Z',
    ]);
  });

  it('Every condition says in a sentence how it came out, for why and for why-not.', () => {
    const world = withCompany('2026-03-01T00:00:00.000Z');
    const verdict = settingsUpdateRequired.decide(world.accountFacts('fb'), '2026-01-05T08:00:00.000Z');
    expect(verdict.due).toBe(false);
    const against = verdict.conditions.filter(({ holds }) => !holds).map(({ says }) => says);
    expect(against).toEqual([
      'It expires in 54.6 days, not in less than 20.',
      'The next Monday is 2026-02-09 09:00 (Europe/Berlin).',
    ]);
  });

  it('Without a known account, partner or solution there is nothing to decide.', () => {
    const world = new World(START);
    world.renew('unknown', '2026-01-13T12:00:00.000Z');
    world.until('2026-02-01T00:00:00.000Z');
    expect(world.decided).toEqual([]);
    const verdict = settingsUpdateRequired.decide(world.accountFacts('unknown'), world.now);
    expect(verdict.conditions.find(({ name }) => name === 'account-is-connected')?.holds).toBe(false);
  });

  it('A partner that left is not notified.', () => {
    const world = withCompany('2026-01-27T12:00:00.000Z');
    world.tellPartner({ type: 'Leave', data: { partnerId: 'linden' }, at: world.now });
    world.until('2026-03-01T00:00:00.000Z');
    expect(world.decided).toEqual([]);
  });
});
