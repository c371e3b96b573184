import { describe, expect, it } from 'vitest';
import { DAY, HOUR, plus } from '../../src/domain/kernel/instant.js';
import { contentNeedsApproval } from '../../src/domain/rules/content-needs-approval/definition.js';
import { settingsUpdateRequired } from '../../src/domain/rules/settings-update-required/definition.js';
import { POLICIES, World } from './partner-world.js';

const REMINDER = 'settings-update-required';
const EXPIRED = 'account-expired';
const DIGEST = 'content-needs-approval';

// The Mondays are the 5th, 12th, 19th and 26th of January 2026. 09:00 in Berlin is 08:00 UTC.
const FRIDAY = '2026-01-09T06:00:00.000Z';
const SUNDAY = '2026-01-11T10:00:00.000Z';
const MONDAY_NOON = '2026-01-12T11:00:00.000Z';
const TUESDAY = '2026-01-13T09:00:00.000Z';
const WEDNESDAY = '2026-01-14T09:00:00.000Z';
const THURSDAY = '2026-01-15T09:00:00.000Z';
const NEXT_TUESDAY = '2026-01-20T00:00:00.000Z';
const NEXT_MONDAY = ['2026-01-19T08:00 greta'];
const ENDS = '2026-01-28T11:00:00.000Z';

const withAdmin = (settings = {}, zone?: string): World => {
  const world = new World(FRIDAY, settings, zone);
  world.user('greta');
  return world;
};

const withCompany = (settings = {}, zone?: string): World => {
  const world = withAdmin(settings, zone);
  world.company('fb', ENDS);
  return world;
};

/** What was decided under a rule, and that nothing of it is late or missed. */
const onTime = (world: World, rule: string): string[] => {
  for (const one of world.decided) expect(one).toMatchObject({ lateBy: 0 });
  expect(world.decided.map(({ reason }) => reason)).not.toContain('missed');
  return world.told(rule);
};

describe('There was no Monday for a reminder', () => {
  it.each([
    ['Tuesday', TUESDAY],
    ['Thursday', THURSDAY],
  ])('if the authorisation was refused, and granted again on %s with the same end', (_, then) => {
    for (const grant of ['renew', 'company'] as const) {
      const world = withCompany();
      world.until(SUNDAY);
      world.refuse('fb');
      world.until(then);
      world[grant]('fb', ENDS);
      world.until(NEXT_TUESDAY);
      expect(onTime(world, REMINDER)).toEqual(NEXT_MONDAY);
    }
  });

  it('if the connection is learned later than the end of its authorisation', () => {
    const world = withAdmin();
    world.tellAccount('fb', {
      ...{ type: 'LearnExpiry', data: { accountId: 'fb', authorisationExpiresAt: ENDS }, at: world.now },
    });
    world.until(TUESDAY);
    world.company('fb', undefined, plus(FRIDAY, -DAY));
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(NEXT_MONDAY);
  });

  it('if it was removed, and connected again with the same end', () => {
    const world = withCompany();
    world.until(SUNDAY);
    world.remove('fb');
    world.until(TUESDAY);
    world.company('fb', ENDS);
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(NEXT_MONDAY);
  });

  it('if the partner was away', () => {
    const world = withCompany();
    world.post('p1');
    world.until(SUNDAY);
    world.tellPartner({ type: 'Leave', data: { partnerId: 'linden' }, at: world.now });
    world.until(TUESDAY);
    world.register();
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(NEXT_MONDAY);
    expect(onTime(world, DIGEST)).toEqual(NEXT_MONDAY);
  });

  it('if the partner moved to this solution on Tuesday', () => {
    const world = withCompany();
    world.post('p1');
    world.now = TUESDAY;
    world.tellPartner({
      type: 'RegisterPartner',
      data: { partnerId: 'linden', solutionId: 'other', name: 'Haus Linden', timeZone: 'Europe/Berlin' },
      at: world.now,
    });
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(NEXT_MONDAY);
    expect(onTime(world, DIGEST)).toEqual(NEXT_MONDAY);
  });

  it('if the end became known, or nearer, on Tuesday', () => {
    const learned = withAdmin();
    learned.company('fb', '2026-03-01T00:00:00.000Z');
    learned.until(TUESDAY);
    learned.tellAccount('fb', {
      ...{ type: 'LearnExpiry', data: { accountId: 'fb', authorisationExpiresAt: ENDS }, at: learned.now },
    });
    learned.until(NEXT_TUESDAY);
    expect(onTime(learned, REMINDER)).toEqual(NEXT_MONDAY);
  });

  it('if the solution has notifications only since Tuesday, whether or not Herald was down', () => {
    const world = withCompany({ entitled: false });
    world.post('p1');
    world.now = TUESDAY;
    world.configure({ entitled: true });
    world.down(WEDNESDAY);
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(NEXT_MONDAY);
    expect(onTime(world, DIGEST)).toEqual(NEXT_MONDAY);
    const up = withCompany({ entitled: false });
    up.until(TUESDAY);
    up.configure({ entitled: true });
    up.until(NEXT_TUESDAY);
    expect(onTime(up, REMINDER)).toEqual(['2026-01-12T08:00 greta: not-entitled', ...NEXT_MONDAY]);
  });
});

describe('A Monday on which Herald was down', () => {
  it('was a slot for those whom the account concerned then, and is late for them', () => {
    const world = withCompany();
    world.now = TUESDAY;
    world.user('jonas');
    world.down(plus(TUESDAY, HOUR));
    expect(world.told(REMINDER)).toEqual(['2026-01-13T10:00 greta']);
    expect(world.decided[0]?.lateBy).toBe(26 * HOUR);
    world.until(NEXT_TUESDAY);
    expect(world.told(REMINDER).slice(1)).toEqual([...NEXT_MONDAY, '2026-01-19T08:00 jonas']);
  });

  const unknown = {
    'opted in': (world: World) => {
      world.prefers('jonas', { accountExpiration: 'off' });
      return () => world.prefers('jonas', { accountExpiration: 'on' });
    },
    'became an admin': (world: World) => {
      const data = { partnerId: 'linden', userId: 'jonas' };
      const be = (role: 'admin' | 'member') =>
        world.tellPartner({ type: 'ChangeUser', data: { ...data, role }, at: world.now });
      be('member');
      return () => be('admin');
    },
    'became active': (world: World) => {
      const data = { partnerId: 'linden', userId: 'jonas' };
      const be = (active: boolean) =>
        world.tellPartner({ type: 'ChangeUser', data: { ...data, active }, at: world.now });
      be(false);
      return () => be(true);
    },
  };
  it.each(Object.entries(unknown))('was none for somebody who %s on Tuesday', (_, prepare) => {
    const world = withCompany();
    world.user('jonas');
    const change = prepare(world);
    world.now = TUESDAY;
    change();
    world.down(plus(TUESDAY, HOUR));
    expect(world.told(REMINDER)).toEqual(['2026-01-13T10:00 greta']);
  });

  it.each([
    ['another owner', (world: World) => world.personal('li', 'jonas', ENDS, plus(FRIDAY, 1))],
    [
      'the admins, as it is a company account since',
      (world: World) => world.company('li', ENDS, plus(FRIDAY, 1)),
    ],
  ])('was none for %s', (_, change) => {
    const world = withAdmin();
    world.user('jonas');
    world.user('mira', 'member');
    world.personal('li', 'mira', ENDS);
    world.now = TUESDAY;
    change(world);
    world.down(plus(TUESDAY, HOUR));
    const told = world.told(REMINDER);
    expect(told).toEqual([
      '2026-01-13T10:00 *nobody: no-reachable-recipient',
      '2026-01-13T10:00 *escalation',
    ]);
    expect(world.decided.find(({ who }) => who === '*escalation')?.lateBy).toBe(HOUR);
    const verdict = settingsUpdateRequired.decide(world.accountFacts('li'), world.now);
    expect(verdict.slot?.date).toBe('2026-01-19');
  });

  it('says of a newcomer why they are not told', () => {
    const world = withCompany();
    world.now = TUESDAY;
    world.user('jonas');
    const facts = world.accountFacts('fb');
    const { slot, audience } = settingsUpdateRequired.decide(facts, TUESDAY);
    expect(audience.map(({ userId }) => userId)).toEqual(['greta']);
    expect(settingsUpdateRequired.personConditions(facts, 'jonas', slot).at(-1)).toEqual({
      ...{ name: 'concerned-them-at-the-slot', holds: false },
      says: 'It has concerned them only since 2026-01-13 10:00 (Europe/Berlin), after the slot of 2026-01-12 09:00 (Europe/Berlin): their first is the next one.',
    });
  });

  it('is late for the escalation contact, if nobody could be told already then', () => {
    const world = new World(FRIDAY);
    world.company('fb', ENDS);
    world.down(TUESDAY);
    expect(world.decided.map(({ who, lateBy }) => [who, lateBy])).toEqual([
      ['*nobody', 25 * HOUR],
      ['*escalation', 25 * HOUR],
    ]);
    const since = withCompany();
    since.now = TUESDAY;
    since.prefers('greta', { accountExpiration: 'off' });
    since.down(plus(TUESDAY, 2 * HOUR));
    expect(since.decided.map(({ who, lateBy }) => [who, lateBy])).toEqual([
      ['greta', 27 * HOUR],
      ['*nobody', 2 * HOUR],
      ['*escalation', 2 * HOUR],
    ]);
  });
});

describe('Account expired', () => {
  it('of a connection that is learned after its refusal is told at once, and is not late', () => {
    const world = withAdmin();
    world.refuse('fb');
    world.until(TUESDAY);
    world.company('fb', undefined, plus(FRIDAY, -HOUR));
    world.until(NEXT_TUESDAY);
    expect(onTime(world, EXPIRED)).toEqual(['2026-01-13T09:00 greta']);
  });

  it('whose end has passed when it is learned is told at once, and is not late', () => {
    const world = withAdmin();
    world.company('fb');
    world.until(TUESDAY);
    const data = { accountId: 'fb', authorisationExpiresAt: plus(FRIDAY, DAY) };
    world.tellAccount('fb', { type: 'LearnExpiry', data, at: FRIDAY });
    world.until(plus(TUESDAY, HOUR));
    expect(onTime(world, EXPIRED)).toEqual(['2026-01-13T09:00 greta']);
    expect(onTime(world, REMINDER)).toEqual([]);
  });

  it('is told to those whom it concerns later, too, and is not late for them', () => {
    const world = withAdmin();
    world.company('fb', '2026-01-12T12:00:00.000Z');
    world.now = TUESDAY;
    world.user('jonas');
    world.down(plus(TUESDAY, HOUR));
    const told = world.decided.filter(({ rule }) => rule === EXPIRED);
    expect(told.map(({ who, lateBy }) => [who, lateBy])).toEqual([
      ['greta', 22 * HOUR],
      ['jonas', HOUR],
    ]);
  });

  it('comes weekly, and no week that the partner was away is missed', () => {
    const world = withAdmin();
    world.company('fb', '2026-01-12T12:00:00.000Z');
    world.until(TUESDAY);
    world.tellPartner({ type: 'Leave', data: { partnerId: 'linden' }, at: world.now });
    world.until('2026-01-21T12:00:00.000Z');
    world.register();
    world.until('2026-01-27T12:00:00.000Z');
    expect(onTime(world, EXPIRED)).toEqual(['2026-01-12T12:00 greta', '2026-01-26T08:00 greta']);
  });
});

describe('A sending time that is moved', () => {
  const at = (sendAt: string) => ({ policies: { ...POLICIES, sendAt } });
  const withPost = (sendAt: string): World => {
    const world = withCompany(at(sendAt));
    world.post('p1');
    world.until(MONDAY_NOON);
    return world;
  };

  it('to an hour that has passed holds from the next day on: today’s mail comes when it was planned', () => {
    const world = withPost('18:00');
    world.configure(at('09:00'));
    world.until(plus(MONDAY_NOON, HOUR));
    expect(world.decided).toEqual([]);
    world.post('p2');
    world.until(NEXT_TUESDAY);
    const [today, next] = ['2026-01-12T17:00 greta', '2026-01-19T08:00 greta'];
    expect(onTime(world, REMINDER)).toEqual([today, next]);
    expect(onTime(world, DIGEST)).toEqual([today]);
  });

  it('to an hour to come holds at once, and no day has two mails', () => {
    const world = withPost('14:00');
    world.configure(at('18:00'));
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(['2026-01-12T17:00 greta', '2026-01-19T17:00 greta']);
    const told = withPost('09:00');
    told.configure(at('18:00'));
    told.until(NEXT_TUESDAY);
    expect(onTime(told, REMINDER)).toEqual(['2026-01-12T08:00 greta', '2026-01-19T17:00 greta']);
  });

  it('forwards and back leaves everything as it was', () => {
    const world = withPost('18:00');
    world.configure(at('09:00'));
    world.until(plus(MONDAY_NOON, HOUR));
    world.configure(at('18:00'));
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(['2026-01-12T17:00 greta', '2026-01-19T17:00 greta']);
    expect(onTime(world, DIGEST)).toEqual(['2026-01-12T17:00 greta']);
  });

  it('after a slot that Herald could not serve leaves it late', () => {
    const world = withCompany(at('09:00'));
    world.now = MONDAY_NOON;
    world.configure(at('10:00'));
    world.down(plus(MONDAY_NOON, HOUR));
    expect(world.decided).toMatchObject([{ rule: REMINDER, lateBy: 4 * HOUR, slot: { date: '2026-01-12' } }]);
  });
});

describe('A zone that is moved', () => {
  it('to where the hour has passed holds from the next day on', () => {
    const world = withCompany({}, 'America/New_York');
    world.post('p1');
    world.until('2026-01-12T09:00:00.000Z');
    world.moveTo('Europe/Berlin');
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(['2026-01-12T14:00 greta', '2026-01-19T08:00 greta']);
    expect(onTime(world, DIGEST)).toEqual(['2026-01-12T14:00 greta']);
  });

  it('over the date line and back brings one Monday', () => {
    const world = withCompany({}, 'Pacific/Honolulu');
    world.until('2026-01-12T06:00:00.000Z');
    world.moveTo('Pacific/Kiritimati');
    world.until('2026-01-12T12:00:00.000Z');
    world.moveTo('Pacific/Honolulu');
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(['2026-01-12T19:00 greta', '2026-01-19T19:00 greta']);
  });

  it.each([
    ['Pacific/Honolulu', 'Pacific/Kiritimati'],
    ['Pacific/Pago_Pago', 'Pacific/Kiritimati'],
    ['Pacific/Kiritimati', 'Pacific/Pago_Pago'],
    ['America/Los_Angeles', 'Asia/Tokyo'],
  ])('over the date line, from %s to %s, makes no daily digest late', (from, to) => {
    for (let hour = 0; hour < 48; hour += 1) {
      const world = new World(FRIDAY, {}, from);
      world.user('greta');
      world.prefers('greta', { contentApproval: 'daily' });
      for (let n = 0; n < 120; n += 1) {
        world.post(`p${n}`);
        world.until(plus(FRIDAY, n * HOUR));
        if (n === 40 + hour) world.moveTo(to);
      }
      const told = onTime(world, DIGEST);
      expect(told.length).toBeGreaterThanOrEqual(3);
      for (const [n, one] of told.entries())
        if (n > 0)
          expect(
            Date.parse(`${one.slice(0, 16)}Z`) - Date.parse(`${told[n - 1]?.slice(0, 16)}Z`),
          ).toBeLessThanOrEqual(50 * HOUR);
    }
  });

  it('several times in one day still brings its mail', () => {
    const world = withCompany({}, 'America/New_York');
    world.until('2026-01-12T09:00:00.000Z');
    world.moveTo('Europe/Berlin');
    world.until('2026-01-12T10:00:00.000Z');
    world.moveTo('Asia/Tokyo');
    world.until(NEXT_TUESDAY);
    expect(onTime(world, REMINDER)).toEqual(['2026-01-12T14:00 greta', '2026-01-19T00:00 greta']);
  });
});

describe('A digest', () => {
  const daily = (): World => {
    const world = withAdmin();
    world.prefers('greta', { contentApproval: 'daily' });
    return world;
  };

  it('has a post that is moved from the past to the future at its next slot, however often', () => {
    const world = withAdmin();
    world.post('p1', '2026-01-10T12:00:00.000Z');
    world.until(WEDNESDAY);
    world.post('p1', plus(WEDNESDAY, 2 * HOUR));
    world.until(THURSDAY);
    world.post('p1', '2026-02-01T12:00:00.000Z');
    world.until(NEXT_TUESDAY);
    expect(onTime(world, DIGEST)).toEqual(NEXT_MONDAY);
  });

  it('is not late for what came after its slot, when what waited then is published', () => {
    const world = daily();
    world.post('p1', '2026-01-10T12:00:00.000Z');
    world.now = '2026-01-12T08:30:00.000Z';
    world.post('p2');
    world.down('2026-01-12T09:00:00.000Z');
    expect(world.decided).toMatchObject([{ reason: 'missed', slot: { date: '2026-01-10' } }]);
    world.until(TUESDAY);
    expect(world.told(DIGEST).at(-1)).toBe('2026-01-13T08:00 greta');
    expect(world.decided.at(-1)).toMatchObject({ posts: ['p2'], lateBy: 0 });
  });

  it('of several missed slots is that of the last one at which something new waited', () => {
    const world = daily();
    world.post('p1', '2026-02-01T12:00:00.000Z');
    world.down('2026-01-12T09:00:00.000Z');
    expect(world.decided).toMatchObject([{ slot: { date: '2026-01-12' }, lateBy: HOUR, posts: ['p1'] }]);
  });

  it('of somebody without a choice of their own begins with what the solution chose for them', () => {
    const world = withAdmin({
      policies: { ...POLICIES, contentApprovalDefault: { admin: 'off', member: 'off' } },
    });
    world.user('jonas');
    world.prefers('jonas', { contentApproval: 'weekly' });
    world.post('p1');
    world.now = TUESDAY;
    world.configure({});
    world.down(WEDNESDAY);
    world.until(NEXT_TUESDAY);
    expect(world.told(DIGEST)).toEqual(['2026-01-14T09:00 jonas', ...NEXT_MONDAY]);
  });

  it('that was asked for before the partner was known is not late', () => {
    const world = withAdmin();
    const facts = world.queueFacts();
    const cause = { eventId: 'e', position: '1', type: 'DigestRequested' };
    const request = { requestId: 'r', userId: 'greta', learnedAt: plus(FRIDAY, -HOUR / 2), cause };
    world.post('p1');
    const verdict = contentNeedsApproval.decide(world.queueFacts(), { userId: 'greta', request }, FRIDAY);
    expect(verdict).toMatchObject({ due: true, lateBy: 0, slot: { key: 'request:r', at: FRIDAY } });
    expect(facts.partner.since).toBe(FRIDAY);
  });
});
