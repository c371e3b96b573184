import fc from 'fast-check';
import { DAY, HOUR, plus } from '../../src/domain/kernel/instant.js';
import type { UserChanged } from '../../src/domain/partner/partner.js';
import { POLICIES, World } from './partner-world.js';

export const START = '2026-01-01T12:00:00.000Z';
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];

const account = fc.constantFrom('a', 'b');
const person = fc.constantFrom('greta', 'jonas', 'mira');
const late = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120 }));
const days = fc.integer({ min: -3, max: 30 });

/** Something that happens; `late` is by how much Herald learns of it later than it happened, in hours. */
export const happening = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 100 }) }),
  // Facts still arrive while nobody decides.
  fc.record({ kind: fc.constant('idle' as const), hours: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ kind: fc.constant('idle' as const), hours: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('connect' as const), account, days, late, owner: fc.option(person) }),
  fc.record({ kind: fc.constant('renew' as const), account, days, late }),
  fc.record({ kind: fc.constant('sameEnd' as const), account, isConnected: fc.boolean() }),
  fc.record({ kind: fc.constant('refuse' as const), account, late }),
  fc.record({ kind: fc.constant('learn' as const), account, days, late }),
  fc.record({ kind: fc.constant('remove' as const), account }),
  fc.record({
    kind: fc.constant('post' as const),
    post: fc.nat(4),
    hours: fc.integer({ min: -10, max: 200 }),
  }),
  fc.record({ kind: fc.constant('settle' as const), post: fc.nat(4) }),
  fc.record({ kind: fc.constant('sendNow' as const), person }),
  fc.record({
    kind: fc.constant('add' as const),
    person,
    role: fc.constantFrom('admin' as const, 'member' as const),
  }),
  fc.record({
    kind: fc.constant('change' as const),
    person,
    active: fc.option(fc.boolean(), { nil: undefined }),
    role: fc.option(fc.constantFrom('admin' as const, 'member' as const), { nil: undefined }),
    late,
  }),
  fc.record({ kind: fc.constant('drop' as const), person }),
  fc.record({
    kind: fc.constant('prefer' as const),
    person,
    contentApproval: fc.option(fc.constantFrom('off' as const, 'daily' as const, 'weekly' as const), {
      nil: undefined,
    }),
    accountExpiration: fc.option(fc.constantFrom('on' as const, 'off' as const), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('zone' as const), zone: fc.constantFrom(...ZONES), late }),
  fc.record({
    kind: fc.constant('configure' as const),
    sendAt: fc.constantFrom('00:30', '09:00', '18:00', '23:30'),
    entitled: fc.constantFrom(true, true, false),
    isMonday: fc.boolean(),
    admin: fc.constantFrom('off' as const, 'daily' as const, 'weekly' as const),
    escalationEmail: fc.constantFrom(undefined, 'a@aurora.example', 'b@aurora.example'),
  }),
  fc.record({ kind: fc.constant('register' as const), zone: fc.constantFrom(...ZONES) }),
  fc.record({ kind: fc.constant('leave' as const) }),
);

export type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

export const happen = (world: World, what: Happening): void => {
  const { now } = world;
  const ref = { partnerId: 'linden' };
  const steps: { [K in Happening['kind']]: (one: Extract<Happening, { kind: K }>) => void } = {
    pass: ({ hours }) => world.until(plus(now, hours * HOUR)),
    idle: ({ hours }) => {
      world.now = plus(now, hours * HOUR);
    },
    connect: (one) => {
      const [end, at] = [plus(now, one.days * DAY), plus(now, -one.late * HOUR)];
      if (one.owner) world.personal(one.account, one.owner, end, at);
      else world.company(one.account, end, at);
    },
    renew: (one) => world.renew(one.account, plus(now, one.days * DAY), plus(now, -one.late * HOUR)),
    sameEnd: (one) => {
      const end = world.accounts.get(one.account)?.state.expiry?.expiresAt;
      if (one.isConnected) world.company(one.account, end);
      else world.renew(one.account, end);
    },
    refuse: (one) => world.refuse(one.account, plus(now, -one.late * HOUR)),
    learn: (one) => {
      const data = { accountId: one.account, authorisationExpiresAt: plus(now, one.days * DAY) };
      world.tellAccount(one.account, { type: 'LearnExpiry', data, at: plus(now, -one.late * HOUR) });
    },
    remove: (one) => world.remove(one.account),
    post: (one) => world.post(`p${one.post}`, plus(now, one.hours * HOUR)),
    settle: (one) => world.settle('ApprovePost', `p${one.post}`),
    sendNow: (one) => {
      const data = { ...ref, userId: one.person, requestId: `${one.person} ${now}` };
      world.tellQueue({ type: 'RequestDigest', data, at: now });
    },
    add: (one) => world.user(one.person, one.role),
    change: ({ person: userId, active, role, late: hours }) => {
      const data: UserChanged = {
        ...ref,
        userId,
        ...(active === undefined ? {} : { active }),
        ...(role ? { role } : {}),
      };
      world.tellPartner({ type: 'ChangeUser', data, at: plus(now, -hours * HOUR) });
    },
    drop: (one) => world.tellPartner({ type: 'RemoveUser', data: { ...ref, userId: one.person }, at: now }),
    prefer: ({ person: who, contentApproval, accountExpiration }) =>
      world.prefers(who, {
        ...(contentApproval ? { contentApproval } : {}),
        ...(accountExpiration ? { accountExpiration } : {}),
      }),
    zone: (one) => world.moveTo(one.zone, plus(now, -one.late * HOUR)),
    configure: ({ sendAt, entitled, isMonday, admin, escalationEmail }) =>
      world.configure({
        ...{ entitled, escalationEmail },
        policies: {
          ...POLICIES,
          sendAt,
          accountExpiredCadence: isMonday ? 'monday' : 'same-weekday',
          contentApprovalDefault: { admin, member: 'off' },
        },
      }),
    register: (one) => world.register(one.zone),
    leave: () => world.tellPartner({ type: 'Leave', data: ref, at: now }),
  };
  (steps[what.kind] as (one: Happening) => void)(what);
};

/** A world after a history; everything that is due then is decided. @param isKnown whether it begins with people and an account. */
export const play = (history: readonly Happening[], isKnown: boolean): World => {
  const world = new World(START, isKnown ? {} : 'unknown');
  if (isKnown) {
    world.user('greta');
    world.user('jonas');
    world.company('a', plus(START, 20 * DAY));
  }
  for (const what of history) happen(world, what);
  world.until(plus(world.now, HOUR));
  return world;
};
