import { describe, expect, it } from 'vitest';
import { POLICIES, World } from '../../../../test/domain/partner-world.js';

const RULE = 'account-expired';
const START = '2026-01-01T12:00:00.000Z';
// A Wednesday, in the evening in Berlin.
const ENDS = '2026-01-07T18:30:00.000Z';

const withCompany = (expires?: string, settings = {}): World => {
  const world = new World(START, settings);
  world.user('greta');
  world.company('fb', expires);
  return world;
};

describe('Account expired', () => {
  it('An authorisation whose time has passed: the first mail goes at once, then one every 7 days (same weekday as the first, 09:00 in the partner’s zone).', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-29T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-07T18:30 greta',
      '2026-01-14T08:00 greta',
      '2026-01-21T08:00 greta',
      '2026-01-28T08:00 greta',
    ]);
  });

  it('An authorisation ends as well when the platform reports it invalid after a failed use.', () => {
    const world = withCompany('2026-12-01T00:00:00.000Z');
    world.until('2026-01-07T18:30:00.000Z');
    world.refuse('fb');
    world.until('2026-01-15T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-07T18:30 greta', '2026-01-14T08:00 greta']);
  });

  it('A solution may choose Mondays instead.', () => {
    const world = withCompany(ENDS, { policies: { ...POLICIES, accountExpiredCadence: 'monday' } });
    world.until('2026-01-20T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-07T18:30 greta',
      '2026-01-12T08:00 greta',
      '2026-01-19T08:00 greta',
    ]);
  });

  it('Mondays chosen later start with the next Monday.', () => {
    const world = withCompany('2026-01-09T18:30:00.000Z');
    world.until('2026-01-14T12:00:00.000Z');
    world.configure({ policies: { ...POLICIES, accountExpiredCadence: 'monday' } });
    world.until('2026-01-27T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-09T18:30 greta',
      '2026-01-19T08:00 greta',
      '2026-01-26T08:00 greta',
    ]);
  });

  it('The mails end when the account is re-authorised or removed.', () => {
    for (const stop of [
      (world: World) => world.renew('fb', '2026-12-01T00:00:00.000Z'),
      (world: World) => world.renew('fb'),
      (world: World) => world.remove('fb'),
    ]) {
      const world = withCompany(ENDS);
      world.until('2026-01-15T00:00:00.000Z');
      stop(world);
      world.until('2026-03-01T00:00:00.000Z');
      expect(world.told(RULE)).toEqual(['2026-01-07T18:30 greta', '2026-01-14T08:00 greta']);
    }
  });

  it('The audience is that of "settings update required".', () => {
    const world = withCompany(ENDS);
    world.user('jonas');
    world.prefers('jonas', { accountExpiration: 'off' });
    world.user('mira', 'member');
    world.until('2026-01-08T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-07T18:30 greta', '2026-01-07T18:30 jonas: opted-out']);
  });

  it('A missed slot is sent late, and the next slot stays in cadence.', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-08T00:00:00.000Z');
    world.down('2026-01-23T12:00:00.000Z');
    world.until('2026-01-29T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-07T18:30 greta',
      '2026-01-23T12:00 greta: missed',
      '2026-01-23T12:00 greta',
      '2026-01-28T08:00 greta',
    ]);
    expect(world.decided.filter(({ rule }) => rule === RULE).map(({ slot }) => slot.date)).toEqual([
      '2026-01-07',
      '2026-01-14',
      '2026-01-21',
      '2026-01-28',
    ]);
  });

  it('An older renewal does not revive a newer invalidation.', () => {
    const world = withCompany();
    world.until('2026-01-07T18:30:00.000Z');
    world.refuse('fb');
    world.until('2026-01-08T12:00:00.000Z');
    world.renew('fb', '2026-12-01T00:00:00.000Z', '2026-01-05T00:00:00.000Z');
    world.until('2026-01-15T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-07T18:30 greta', '2026-01-14T08:00 greta']);
  });

  it('A renewal that is learned late restarts nothing that a later date has ended.', () => {
    const world = withCompany();
    world.until('2026-01-06T12:00:00.000Z');
    const data = { accountId: 'fb', authorisationExpiresAt: ENDS };
    world.tellAccount('fb', { type: 'LearnExpiry', data, at: world.now });
    world.until('2026-01-16T12:00:00.000Z');
    world.renew('fb', undefined, '2026-01-05T00:00:00.000Z');
    world.until('2026-01-22T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-07T18:30 greta',
      '2026-01-14T08:00 greta',
      '2026-01-21T08:00 greta',
    ]);
  });

  it('An end that is learned late is notified at once, and the cadence counts from then.', () => {
    const world = withCompany();
    world.until('2026-01-09T10:00:00.000Z');
    world.refuse('fb', '2026-01-02T00:00:00.000Z');
    world.until('2026-01-17T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-09T10:00 greta', '2026-01-16T08:00 greta']);
  });

  it('An authorisation that ends again starts a new series, even on the same day.', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-07T19:00:00.000Z');
    world.renew('fb', '2026-12-01T00:00:00.000Z');
    world.until('2026-01-07T20:00:00.000Z');
    world.refuse('fb');
    world.until('2026-01-15T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-07T18:30 greta',
      '2026-01-07T20:00 greta',
      '2026-01-14T08:00 greta',
    ]);
    expect(new Set(world.decided.map(({ slot }) => slot.key)).size).toBe(world.decided.length);
  });

  it('A refusal after the expiry, or a second refusal, starts no new series.', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-09T00:00:00.000Z');
    world.refuse('fb');
    world.until('2026-01-10T00:00:00.000Z');
    world.refuse('fb');
    world.until('2026-01-15T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-07T18:30 greta', '2026-01-14T08:00 greta']);
  });

  it('A permission that had ended before Herald learned of it starts no new series.', () => {
    for (const again of [
      (world: World) => world.company('fb', world.now),
      (world: World) => world.company('fb', ENDS),
      (world: World) => world.renew('fb', ENDS, '2026-01-07T17:00:00.000Z'),
      (world: World) => {
        world.remove('fb');
        world.company('fb', ENDS);
      },
    ]) {
      const world = withCompany('2026-12-01T00:00:00.000Z');
      world.until(ENDS);
      world.refuse('fb');
      world.until(ENDS);
      again(world);
      world.until('2026-01-15T00:00:00.000Z');
      expect(world.told(RULE)).toEqual(['2026-01-07T18:30 greta', '2026-01-14T08:00 greta']);
    }
  });

  it('A repeated report of an old end does not change the series.', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-16T12:00:00.000Z');
    world.company('fb', ENDS);
    world.until('2026-01-22T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-07T18:30 greta',
      '2026-01-14T08:00 greta',
      '2026-01-21T08:00 greta',
    ]);
  });

  it('Removed and connected again with an ended permission: a new series starts, and nothing was missed.', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-08T12:00:00.000Z');
    world.remove('fb');
    world.until('2026-02-05T12:00:00.000Z');
    world.company('fb', ENDS);
    world.until('2026-02-13T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-07T18:30 greta',
      '2026-02-05T12:00 greta',
      '2026-02-12T08:00 greta',
    ]);
    expect(new Set(world.decided.map(({ slot }) => slot.key)).size).toBe(world.decided.length);
  });

  it('Removed and connected again at the same moment: a new series starts.', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-15T12:00:00.000Z');
    world.remove('fb');
    world.company('fb', ENDS);
    world.until('2026-01-23T00:00:00.000Z');
    expect(world.told(RULE)).toEqual([
      '2026-01-07T18:30 greta',
      '2026-01-14T08:00 greta',
      '2026-01-15T12:00 greta',
      '2026-01-22T08:00 greta',
    ]);
  });

  it('A change of summer time keeps the wall clock: 7 civil days, not 168 hours.', () => {
    const world = withCompany('2026-03-25T08:00:00.000Z');
    world.until('2026-04-02T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-03-25T08:00 greta', '2026-04-01T07:00 greta']);
  });

  it('A partner’s zone change re-plans its agenda, and keeps the weekday.', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-09T00:00:00.000Z');
    const data = { partnerId: 'linden', timeZone: 'Asia/Tokyo' };
    world.tellPartner({ type: 'ChangeZone', data, at: world.now });
    world.until('2026-01-15T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-07T18:30 greta', '2026-01-14T00:00 greta']);
  });

  it('A partner that comes back is notified from its next slot on; slots while it was away do not exist.', () => {
    const world = withCompany(ENDS);
    world.until('2026-01-08T00:00:00.000Z');
    world.tellPartner({ type: 'Leave', data: { partnerId: 'linden' }, at: world.now });
    world.until('2026-03-20T12:00:00.000Z');
    const data = {
      partnerId: 'linden',
      solutionId: 'aurora',
      name: 'Haus Linden',
      timeZone: 'Europe/Berlin',
    };
    world.tellPartner({ type: 'RegisterPartner', data, at: world.now });
    world.until('2026-03-26T00:00:00.000Z');
    expect(world.told(RULE)).toEqual(['2026-01-07T18:30 greta', '2026-03-25T08:00 greta']);
  });
});
