import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateIn } from '../../src/domain/calendar/calendar.js';
import { DAY, HOUR, plus } from '../../src/domain/kernel/instant.js';
import type { Decision } from '../../src/domain/notification/decision.js';
import { accountExpired } from '../../src/domain/rules/account-expired/definition.js';
import { standingOnAccount, standingOnQueue } from '../../src/domain/rules/asking-again.js';
import { accountNotification } from '../../src/domain/rules/notifications.js';
import { settingsUpdateRequired } from '../../src/domain/rules/settings-update-required/definition.js';
import { planOf } from '../../src/domain/rules/shared/plan.js';
import { World } from './partner-world.js';

const START = '2026-01-01T12:00:00.000Z';
const ZONES = [
  'Europe/Berlin',
  'America/Nuuk',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Havana',
  'Pacific/Apia',
];

const account = fc.constantFrom('a', 'b', 'c');
const person = fc.constantFrom('greta', 'jonas', 'mira');
const days = fc.integer({ min: -10, max: 60 });
const frequency = fc.constantFrom('off' as const, 'daily' as const, 'weekly' as const, 'monthly' as const);

/** Something that happens; `late` is by how much Herald learns of it later than it happened, in hours. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 500 }) }),
  fc.record({ kind: fc.constant('down' as const), hours: fc.integer({ min: 1, max: 900 }) }),
  fc.record({ kind: fc.constant('renew' as const), account, days, late: fc.integer({ min: 0, max: 200 }) }),
  fc.record({ kind: fc.constant('refuse' as const), account, late: fc.integer({ min: 0, max: 200 }) }),
  fc.record({ kind: fc.constant('learn' as const), account, days, late: fc.integer({ min: 0, max: 200 }) }),
  fc.record({ kind: fc.constant('connect' as const), account, days }),
  fc.record({ kind: fc.constant('own' as const), account, person, days }),
  fc.record({ kind: fc.constant('remove' as const), account }),
  fc.record({ kind: fc.constant('post' as const), post: fc.nat(9), days: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('settle' as const), post: fc.nat(9) }),
  fc.record({ kind: fc.constant('sendNow' as const), person }),
  fc.record({
    kind: fc.constant('prefer' as const),
    person,
    contentApproval: frequency,
    accountExpiration: fc.constantFrom('on' as const, 'off' as const),
  }),
  fc.record({ kind: fc.constant('zone' as const), zone: fc.constantFrom(...ZONES) }),
  fc.record({ kind: fc.constant('entitle' as const), entitled: fc.boolean() }),
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const happen = (world: World, what: Happening): void => {
  const { now } = world;
  const steps: { [K in Happening['kind']]: (one: Extract<Happening, { kind: K }>) => void } = {
    pass: ({ hours }) => world.until(plus(now, hours * HOUR)),
    down: ({ hours }) => world.down(plus(now, hours * HOUR)),
    renew: (one) => world.renew(one.account, plus(now, one.days * DAY), plus(now, -one.late * HOUR)),
    refuse: (one) => world.refuse(one.account, plus(now, -one.late * HOUR)),
    learn: (one) => {
      const data = { accountId: one.account, authorisationExpiresAt: plus(now, one.days * DAY) };
      world.tellAccount(one.account, { type: 'LearnExpiry', data, at: plus(now, -one.late * HOUR) });
    },
    connect: (one) => world.company(one.account, plus(now, one.days * DAY)),
    own: (one) => world.personal(one.account, one.person, plus(now, one.days * DAY)),
    remove: (one) => world.remove(one.account),
    post: (one) => world.post(`p${one.post}`, plus(now, one.days * DAY)),
    settle: (one) => world.settle('ApprovePost', `p${one.post}`),
    sendNow: (one) => world.sendNow(one.person),
    prefer: ({ person: who, contentApproval, accountExpiration }) =>
      world.prefers(who, { contentApproval, accountExpiration }),
    zone: ({ zone }) =>
      world.tellPartner({ type: 'ChangeZone', data: { partnerId: 'linden', timeZone: zone }, at: now }),
    entitle: ({ entitled }) => world.configure({ entitled }),
  };
  (steps[what.kind] as (one: Happening) => void)(what);
};

const histories = fc.array(happening, { minLength: 1, maxLength: 40 });

/** Plays random histories; `look` is called after each step. */
const forAll = (
  look: (world: World, before: number) => void,
  numRuns = 300,
  prepare: (world: World) => void = () => undefined,
): void =>
  fc.assert(
    fc.property(histories, (history) => {
      const world = new World(START);
      prepare(world);
      world.user('greta');
      world.user('jonas');
      world.user('mira', 'member');
      for (const [n, id] of ['a', 'b', 'c'].entries()) world.company(id, plus(START, (10 + 15 * n) * DAY));
      world.until(plus(START, HOUR));
      for (const what of history) {
        const before = world.decided.length;
        happen(world, what);
        look(world, before);
      }
    }),
    { numRuns },
  );

describe('In every history', () => {
  it('there is at most one decision for a notification, and what is due is decided at once', () => {
    // The world itself fails when the agenda calls something due that the rules do not decide, or decide without end.
    forAll((world) => {
      const ids = world.decided.map(
        ({ rule, subject, who, slot }) => `${rule} ${subject} ${who} ${slot.key}`,
      );
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it('there is no reminder while the authorisation has 20 days or more, after it ended, or without a connection', () => {
    let reminders = 0;
    forAll((world, before) => {
      for (const one of world.decided.slice(before)) {
        if (one.rule !== 'settings-update-required' || one.reason) continue;
        reminders += 1;
        // Nothing else happens in the step that decides, so the account is as it was then.
        const { state } = world.accounts.get(one.subject) ?? {};
        const expiresAt = state?.expiry?.expiresAt ?? '';
        expect(one.at < expiresAt && one.at > plus(expiresAt, -20 * DAY)).toBe(true);
        expect(state?.removed ?? state?.invalidated).toBeUndefined();
      }
    });
    expect(reminders).toBeGreaterThan(10);
  });

  it('every reminder is for a Monday in the partner’s zone', () => {
    forAll((world, before) => {
      for (const { rule, slot } of world.decided.slice(before)) {
        if (rule !== 'settings-update-required') continue;
        expect((Date.parse(slot.date) / DAY + 3) % 7).toBe(0);
        expect(dateIn(slot.zone, slot.at)).toBe(slot.date);
      }
    });
  });

  it('expired mails come exactly every 7 civil days until the authorisation stands again', () => {
    let pairs = 0;
    forAll((world) => {
      const zoneChanges = world.partner.events.filter(({ type }) => type === 'PartnerZoneChanged');
      for (const [accountId, { events }] of world.accounts) {
        let last: { readonly date: string; readonly recordedAt: string } | undefined;
        let isToldMore = false;
        for (const event of events) {
          const isDecision = event.type === 'SlotDecided';
          if (!isDecision && event.type !== 'TokenExpired') isToldMore = true;
          if (!isDecision || event.data.rule !== 'account-expired') continue;
          const { date } = event.data;
          const { recordedAt } = event;
          if (last !== undefined) {
            pairs += 1;
            const gap = (Date.parse(date) - Date.parse(last.date)) / DAY;
            const since = last.recordedAt;
            const hasMoved = zoneChanges.some(
              (one) => since <= one.recordedAt && one.recordedAt <= recordedAt,
            );
            // A slot at whose instant the end was not known yet, or another zone held, never was one: then it is the next.
            const isWhole = gap === 7 || ((isToldMore || hasMoved) && gap > 0 && gap % 7 === 0);
            // A new episode may begin at once; within one it is a week.
            const isFirst = event.data.key.includes('T');
            if (!isFirst && !isWhole) expect.fail(`${accountId}: ${last.date}, then ${date}`);
          }
          last = { date, recordedAt };
          isToldMore = false;
        }
      }
    });
    expect(pairs).toBeGreaterThan(10);
  });

  it('a verdict is due exactly when its slot has come', () => {
    forAll((world) => {
      // Before the world decides: at the next moments, as the rules see them.
      const next = world.nextMoment() ?? world.now;
      for (const now of [world.now, next, plus(next, HOUR)])
        for (const accountId of world.accounts.keys()) {
          const facts = world.accountFacts(accountId);
          const plan = planOf(facts.partner, facts.solution);
          const due = (at: string | undefined) => at !== undefined && at <= now;
          for (const { decide, nextSlot } of [accountExpired, settingsUpdateRequired])
            expect(decide(facts, now).due).toBe(due(nextSlot(facts.account, plan)?.at));
        }
    }, 150);
  });

  it('what was just raised is still due when its rule is asked again', () => {
    let asked = 0;
    const ask = (world: World) => (raised: readonly Decision[]) => {
      for (const decision of raised) {
        asked += 1;
        const { subject, rule } = decision;
        const facts = () => world.accountFacts(subject.id);
        const { against } =
          subject.kind === 'approvalQueue'
            ? standingOnQueue(decision, world.queueFacts(), world.now)
            : standingOnAccount(
                decision,
                facts(),
                accountNotification(rule).decide(facts(), world.now),
                world.now,
              );
        expect(against.map(({ name }) => `${rule} ${decision.recipient.userId}: ${name}`)).toEqual([]);
      }
    };
    forAll(
      () => undefined,
      300,
      (world) => {
        world.onRaised = ask(world);
      },
    );
    expect(asked).toBeGreaterThan(100);
  });

  it('no post is new to the same person twice, unless it was submitted again', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            hours: fc.integer({ min: 1, max: 200 }),
            what: fc.constantFrom('post', 'send', 'pass'),
          }),
          { maxLength: 40 },
        ),
        (steps) => {
          const world = new World(START);
          world.user('greta');
          world.prefers('greta', { contentApproval: 'daily' });
          steps.forEach(({ hours, what }, n) => {
            if (what === 'post') world.post(`p${n}`);
            if (what === 'send') world.sendNow('greta');
            world.until(plus(world.now, hours * HOUR));
          });
          const digests = world.decided.filter(({ rule }) => rule === 'content-needs-approval');
          const told = digests.flatMap(({ posts }) => posts ?? []);
          expect(new Set(told).size).toBe(told.length);
        },
      ),
      { numRuns: 100 },
    );
  });
});
