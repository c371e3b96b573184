import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Coverage } from '../../src/application/coverage/get-coverage.js';
import { DueAgenda } from '../../src/application/read-models/agenda/due-agenda.js';
import { DAY, HOUR, plus } from '../../src/domain/kernel/instant.js';
import { type Entry, wholeHistory } from '../http/eight-weeks.js';
import { anEvent } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';

const START = '2026-03-02T09:00:00.000Z';
const ZONES = ['Europe/Berlin', 'America/Nuuk', 'Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Kiritimati'];

const account = fc.constantFrom('a', 'b', 'c');
const person = fc.constantFrom('greta', 'jonas', 'mira');
/** Accounts are connected at either partner, and so moved from one to the other. */
const place = fc.constantFrom('linden', 'linden', 'quay');
const days = fc.integer({ min: -5, max: 40 });
const late = fc.integer({ min: 0, max: 100 });

/** Something that the platform reports `late` hours after it happened; or time passes. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 60 }) }),
  },
  fc.record({ kind: fc.constant('renew' as const), account, days, late }),
  fc.record({ kind: fc.constant('refuse' as const), account, late }),
  fc.record({ kind: fc.constant('learn' as const), account, days, late }),
  fc.record({
    kind: fc.constant('connect' as const),
    account,
    at: place,
    person,
    days,
    isPersonal: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('remove' as const), account }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('post' as const),
      post: fc.nat(20),
      days: fc.integer({ min: 1, max: 20 }),
    }),
  },
  fc.record({ kind: fc.constant('settle' as const), post: fc.nat(20) }),
  fc.record({ kind: fc.constant('sendNow' as const), person }),
  fc.record({
    kind: fc.constant('prefer' as const),
    person,
    contentApproval: fc.constantFrom('off', 'daily', 'weekly', 'monthly'),
    accountExpiration: fc.constantFrom('on', 'off'),
  }),
  fc.record({ kind: fc.constant('user' as const), person, change: fc.constantFrom('added', 'removed') }),
  fc.record({
    kind: fc.constant('member' as const),
    change: fc.constantFrom('left', ...Array.from({ length: 3 }, () => 'registered' as const)),
  }),
  fc.record({ kind: fc.constant('zone' as const), zone: fc.constantFrom(...ZONES) }),
  fc.record({ kind: fc.constant('sendAt' as const), sendAt: fc.constantFrom('00:30', '09:00', '23:45') }),
);

/** In some histories nothing is decided for hours. */
const orOutage = fc.oneof(
  { weight: 10, arbitrary: happening },
  fc.record({ kind: fc.constant('outage' as const), hours: fc.integer({ min: 1, max: 90 }) }),
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const solution = (sendAt: string) => ({
  ...{ solutionId: 'acme', name: 'Acme', entitled: true, timeZone: 'Europe/Berlin', locale: 'en' },
  ...{ baseUrl: 'https://portal.acme.example', escalationEmail: 'help@acme.example', policies: { sendAt } },
  sender: { name: 'Acme', address: 'no-reply@acme.example' },
});
const user = (userId: string, partnerId = 'linden') => ({
  ...{ userId, partnerId, name: userId, email: `${userId}@${partnerId}.example` },
  role: userId === 'mira' ? 'member' : 'admin',
});
const partner = { partnerId: 'linden', solutionId: 'acme', name: 'Linden', timeZone: 'Europe/Berlin' };

const quay = { ...partner, partnerId: 'quay', name: 'Quay', timeZone: 'America/New_York' };

/** The type and the data of the event that reports it. */
const reported = (one: Exclude<Happening, { kind: 'pass' }>, now: string): readonly [string, object] => {
  switch (one.kind) {
    case 'renew':
      return ['social-account.authorisation-renewed', expiry(one.account, one.days, now)];
    case 'learn':
      return ['social-account.token-expiring', expiry(one.account, one.days, now)];
    case 'refuse':
      return ['social-account.token-invalidated', { accountId: one.account, reason: 'revoked' }];
    case 'connect':
      return [
        'social-account.connected',
        {
          ...{ ...expiry(one.account, one.days, now), partnerId: one.at, network: 'facebook' },
          ...(one.isPersonal ? { kind: 'personal', ownerId: one.person } : { kind: 'company' }),
          displayName: one.account,
        },
      ];
    case 'remove':
      return ['social-account.removed', { accountId: one.account }];
    case 'post':
      return [
        'post.awaiting-approval',
        {
          ...{
            postId: `p${one.post}`,
            partnerId: 'linden',
            streamId: 's',
            streamName: 'Spring',
            title: 'A look',
          },
          ...{ network: 'instagram', publishAt: plus(now, one.days * DAY) },
        },
      ];
    case 'settle':
      return ['post.approved', { postId: `p${one.post}`, partnerId: 'linden' }];
    case 'sendNow':
      return ['digest.requested', { userId: one.person, partnerId: 'linden' }];
    case 'prefer': {
      const { person: userId, contentApproval, accountExpiration } = one;
      const data = { userId, partnerId: 'linden', contentApproval, accountExpiration };
      return ['partner-user.preferences-changed', data];
    }
    case 'user':
      return one.change === 'added'
        ? ['partner-user.added', user(one.person)]
        : ['partner-user.removed', { userId: one.person, partnerId: 'linden' }];
    case 'member':
      return one.change === 'registered'
        ? ['partner.registered', partner]
        : ['partner.left', { partnerId: 'linden' }];
    case 'zone':
      return ['partner.zone-changed', { partnerId: 'linden', timeZone: one.zone }];
    case 'sendAt':
      return ['solution.configured', solution(one.sendAt)];
  }
};

const expiry = (accountId: string, inDays: number, now: string) => ({
  accountId,
  authorisationExpiresAt: plus(now, inDays * DAY),
});

/** What may become of a decision that came late: its reason ended before, or a later digest covers it. */
const LATE = ['planned', 'lapsed', 'coalesced'];

describe.each([
  ...Array.from({ length: 4 }, (_, n) => ({ seed: n + 1, hasOutages: false })),
  ...Array.from({ length: 2 }, (_, n) => ({ seed: n + 101, hasOutages: true })),
])('After the random history $seed (with outages: $hasOutages)', ({ seed, hasOutages }) => {
  let herald: TestHerald;
  let decided: readonly Entry[];
  let now = START;
  beforeAll(async () => {
    herald = await startTestHerald({ HERALD_CLOCK_START: START });
    let n = 0;
    const publish = (type: string, data: object, time: string) => {
      n += 1;
      return herald.publish({ ...anEvent(String(n), type, { ...data }), time });
    };
    await publish('solution.configured', solution('09:00'), START);
    await publish('partner.registered', partner, START);
    await publish('partner.registered', quay, START);
    for (const one of ['greta', 'jonas', 'mira']) await publish('partner-user.added', user(one), START);
    await publish('partner-user.added', user('olaf', 'quay'), START);
    for (const one of fc.sample(hasOutages ? orOutage : happening, { seed, numRuns: 100 })) {
      if (one.kind === 'outage') {
        const broken = vi.spyOn(herald.herald.app.get(DueAgenda), 'due').mockImplementation(async () => []);
        now = plus(now, one.hours * HOUR);
        await herald.moveTo(now);
        broken.mockRestore();
        now = plus(now, 1000);
        await herald.moveTo(now);
      } else if (one.kind === 'pass') {
        now = plus(now, one.hours * HOUR);
        await herald.moveTo(now);
      } else {
        const happenedAt = 'late' in one ? plus(now, -one.late * HOUR) : now;
        const { status } = await publish(...reported(one, now), happenedAt);
        expect(status).toBe(202);
        // What is due at once is decided before the next event: which of two simultaneous ones comes first is chance.
        await herald.moveTo(now);
      }
    }
    now = plus(now, 2 * DAY);
    await herald.moveTo(now);
    await herald.settled();
    decided = await wholeHistory(herald);
  }, 120_000);
  afterAll(() => herald.stop());

  it('each decision is expected on its date, and none is missing', async () => {
    expect(decided.length).toBeGreaterThan(5);
    const dates = Array.from({ length: 90 }, (_, n) => plus(START, (n - 4) * DAY).slice(0, 10));
    for (const date of dates.filter((one) => one <= now)) {
      const expected = await herald.get<Coverage>(`/v1/coverage?date=${date}&state=expected&limit=200`);
      const missing = expected.body.items?.filter(
        ({ undecided }) => undecided !== undefined && !(hasOutages ? LATE : ['planned']).includes(undecided),
      );
      expect(missing, date).toEqual([]);
      const ids = expected.body.items?.map(({ notificationId }) => notificationId) ?? [];
      const mine = decided.filter(({ slotDate }) => slotDate === date);
      // The digest that covers earlier ones is about a slot that had none of its own.
      const surprising = mine.filter(
        ({ notificationId, rule }) =>
          !ids.includes(notificationId) && !(hasOutages && rule === 'content-needs-approval'),
      );
      expect(surprising, date).toEqual([]);
    }
  });

  it('each decision is the one that its rule makes on the history before it', async () => {
    for (const { notificationId } of decided) {
      const why = await herald.get(`/v1/notifications/${notificationId}/why`);
      expect(why.body).toMatchObject({ recomputed: { agrees: true } });
      const verified = await herald.get(`/v1/notifications/${notificationId}/verify`);
      expect(verified.body).toMatchObject({ verified: true });
    }
  });
});
