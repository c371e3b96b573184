import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import type { Body } from '../../src/application/ports/projection.js';
import { type AgendaDocument, agenda } from '../../src/application/read-models/agenda/agenda.js';
import { ApprovalQueue } from '../../src/domain/approval-queue/approval-queue.js';
import { DAY, earliestOf, HOUR, plus } from '../../src/domain/kernel/instant.js';
import { Partner } from '../../src/domain/partner/partner.js';
import { nextOnQueue, slotsOver } from '../../src/domain/rules/shared/digest-rhythm.js';
import { planOf } from '../../src/domain/rules/shared/plan.js';
import { Solution } from '../../src/domain/solution/solution.js';
import { POLICIES, World } from './partner-world.js';
import { stored } from './stored.js';

const START = '2026-01-01T12:00:00.000Z';

/** The agenda's documents of a world, in memory. */
class Agenda {
  readonly documents = new Map<string, Body<AgendaDocument>>();
  #folded = '';

  constructor(readonly world: World) {}

  /** Folds what happened since. */
  catchUp(): void {
    const { solution, partner, queue } = this.world;
    const news = [
      ...stored(`${Solution.category}-aurora`, solution.events),
      ...stored(`${Partner.category}-linden`, partner.events),
      ...stored(`${ApprovalQueue.category}-linden`, queue.events),
    ].filter(({ id }) => id > this.#folded);
    for (const event of news.sort((a, b) => (a.id < b.id ? -1 : 1))) this.#fold(event);
    this.#folded = news.at(-1)?.id ?? this.#folded;
  }

  /** When something is due at the partner, or may be. */
  get dueAt(): string | undefined {
    return earliestOf(...[...this.documents.values()].map((document) => agenda.derive?.(document).dueAt));
  }

  #fold(event: StoredEvent): void {
    const { ids = [], where } = agenda.target(event);
    const matching = [...this.documents.values()].filter(
      (document) =>
        where &&
        Object.entries(where).every(([field, value]) => document[field as keyof typeof document] === value),
    );
    const before = new Map(this.documents);
    for (const id of new Set([...ids, ...matching.map((document) => document.id)])) {
      const after = agenda.evolve(before.get(id), event, id, (other) => before.get(other));
      if (after) this.documents.set(id, after);
      else this.documents.delete(id);
    }
  }
}

const person = fc.constantFrom('greta', 'jonas', 'mira');
const frequency = fc.constantFrom('off', 'daily', 'weekly', 'monthly' as const);
const post = fc.nat(5);

const happening = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('down' as const), hours: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ kind: fc.constant('post' as const), post, days: fc.integer({ min: -1, max: 40 }) }),
  fc.record({ kind: fc.constant('post' as const), post, days: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('settle' as const), post, late: fc.integer({ min: 0, max: 48 }) }),
  fc.record({ kind: fc.constant('sendNow' as const), person }),
  fc.record({ kind: fc.constant('prefer' as const), person, contentApproval: frequency }),
  fc.record({ kind: fc.constant('add' as const), person, role: fc.constantFrom('admin', 'member' as const) }),
  fc.record({ kind: fc.constant('change' as const), person, active: fc.boolean() }),
  fc.record({
    kind: fc.constant('role' as const),
    person,
    role: fc.constantFrom('admin', 'member' as const),
  }),
  fc.record({ kind: fc.constant('remove' as const), person }),
  fc.record({ kind: fc.constant('default' as const), frequency }),
  fc.record({ kind: fc.constant('leave' as const), isBack: fc.boolean() }),
  fc.record({
    kind: fc.constant('zone' as const),
    zone: fc.constantFrom('Europe/Berlin', 'Asia/Tokyo', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'),
  }),
  fc.record({
    kind: fc.constant('sendAt' as const),
    sendAt: fc.constantFrom('00:30', '09:00', '18:00', '23:30'),
    entitled: fc.boolean(),
  }),
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const happen = (world: World, what: Happening): void => {
  const { now } = world;
  const ref = { partnerId: 'linden' };
  const change = (userId: string, data: { active?: boolean; role?: 'admin' | 'member' }) =>
    world.tellPartner({ type: 'ChangeUser', data: { ...ref, userId, ...data }, at: now });
  const steps: { [K in Happening['kind']]: (one: Extract<Happening, { kind: K }>) => void } = {
    pass: ({ hours }) => world.until(plus(now, hours * HOUR)),
    down: ({ hours }) => {
      world.now = plus(now, hours * HOUR);
    },
    post: (one) => world.post(`p${one.post}`, plus(now, one.days * DAY)),
    settle: (one) => {
      const data = { ...ref, postId: `p${one.post}` };
      world.tellQueue({ type: 'ApprovePost', data, at: plus(now, -one.late * HOUR) });
    },
    sendNow: (one) => world.sendNow(one.person),
    prefer: (one) => world.prefers(one.person, { contentApproval: one.contentApproval }),
    add: (one) => world.user(one.person, one.role),
    change: (one) => change(one.person, { active: one.active }),
    role: (one) => change(one.person, { role: one.role }),
    remove: (one) => world.tellPartner({ type: 'RemoveUser', data: { ...ref, userId: one.person }, at: now }),
    default: (one) =>
      world.configure({
        policies: { ...POLICIES, contentApprovalDefault: { admin: one.frequency, member: 'off' } },
      }),
    zone: ({ zone }) => world.moveTo(zone),
    sendAt: ({ sendAt, entitled }) => world.configure({ entitled, policies: { ...POLICIES, sendAt } }),
    leave: ({ isBack }) => {
      world.tellPartner({ type: 'Leave', data: ref, at: now });
      const data = { ...ref, solutionId: 'aurora', name: 'Haus Linden', timeZone: 'Europe/Berlin' };
      if (isBack) world.tellPartner({ type: 'RegisterPartner', data, at: now });
    },
  };
  (steps[what.kind] as (one: Happening) => void)(what);
};

describe('The agenda of a partner’s queue, which holds neither posts nor people,', () => {
  it('is never later than what is due, and moves on once nothing is', () => {
    let closed = 0;
    let due = 0;
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 40 }), (history) => {
        const world = new World(START);
        world.user('greta');
        world.user('jonas');
        const plans = new Agenda(world);
        for (const what of history) {
          happen(world, what);
          plans.catchUp();
          const plan = () => planOf(world.partner.state, world.solution.state);
          const exact = nextOnQueue(world.queue.state, world.partner.state, plan());
          if (exact !== undefined) {
            due += 1;
            expect(plans.dueAt && plans.dueAt <= exact, `${plans.dueAt} for ${exact}`).toBe(true);
          }
          const entry = plans.documents.get('partner:linden');
          const { dueAt } = (entry && agenda.derive?.(entry)) ?? {};
          if (dueAt === undefined || dueAt > world.now) continue;
          // As the worker does: it decides what is due, then closes the slots that are over.
          world.until(world.now);
          const now = plan();
          if (!now) continue;
          closed += 1;
          const slots = slotsOver(world.queue.state, world.partner.state, now, world.now);
          world.tellQueue({ type: 'CloseRhythms', data: { partnerId: 'linden', slots }, at: world.now });
          plans.catchUp();
          const after = plans.documents.get('partner:linden');
          expect(((after && agenda.derive?.(after).dueAt) ?? '~') > world.now).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
    expect(due).toBeGreaterThan(30);
    expect(closed).toBeGreaterThan(30);
  });
});
