import { describe, expect, it } from 'vitest';
import { World } from '../../../test/domain/partner-world.js';
import type { DigestRequest } from '../approval-queue/queue-state.js';
import { set } from '../kernel/persistent-map.js';
import {
  closeAccountSlot,
  closeDigest,
  type DueDigest,
  dueByPerson,
  dueOnAccount,
  dueOnQueue,
  dueOnRequest,
  movesCursor,
} from './due.js';
import type { QueueFacts } from './shared/facts.js';
import { isDue, type Verdict } from './shared/verdict.js';

const START = '2026-01-01T12:00:00.000Z';
const MONDAY = '2026-01-05T08:00:00.000Z';

const withAdmins = (): World => {
  const world = new World(START);
  world.user('greta');
  world.user('jonas');
  return world;
};

/** The queue with an open Send Now of a user. */
const pressedBy = (facts: QueueFacts, userId: string): QueueFacts => {
  const cause = { eventId: 'e', position: '1', type: 'DigestRequested' };
  const request: DigestRequest = { requestId: 'r1', userId, learnedAt: START, cause };
  return { ...facts, queue: { ...facts.queue, requests: set(facts.queue.requests, userId, request) } };
};

const named = (due: readonly DueDigest[]): readonly string[] =>
  due.map(({ rule, userId, requestId }) => `${userId} ${rule}${requestId ? ` ${requestId}` : ''}`);

describe('What is due', () => {
  it('about an account: the reminder before it ends, "account expired" afterwards', () => {
    const world = withAdmins();
    world.company('fb', '2026-01-07T12:00:00.000Z');
    const ruleAt = (now: string, days?: number) => dueOnAccount(world.accountFacts('fb'), now, days)?.rule;
    expect(ruleAt('2026-01-05T07:59:59.999Z')).toBeUndefined();
    expect(ruleAt(MONDAY)).toBe('settings-update-required');
    expect(ruleAt(MONDAY, 1)).toBeUndefined();
    world.until(MONDAY);
    expect(ruleAt('2026-01-07T12:00:00.000Z')).toBe('account-expired');
  });

  it('about a queue: the digest of each person at its slot', () => {
    const world = withAdmins();
    world.post('p1');
    expect(named(dueOnQueue(world.queueFacts(), '2026-01-05T07:59:59.999Z'))).toEqual([]);
    const facts = world.queueFacts();
    expect(named(dueOnQueue(facts, MONDAY))).toEqual([
      'greta content-needs-approval',
      'jonas content-needs-approval',
    ]);
    expect([...dueByPerson(facts, '2026-01-05T07:59:59.999Z')]).toEqual([undefined, undefined]);
    expect(dueOnQueue({ ...facts, solution: {} }, MONDAY)).toEqual([]);
  });

  it('about a Send Now: what is new, or that nothing is; and no digest beside it', () => {
    const world = withAdmins();
    const empty = pressedBy(world.queueFacts(), 'greta');
    expect(named(dueOnQueue(empty, START))).toEqual(['greta no-social-media-content r1']);
    world.post('p1');
    const facts = pressedBy(world.queueFacts(), 'greta');
    expect(named(dueOnQueue(facts, MONDAY))).toEqual([
      'greta content-needs-approval r1',
      'jonas content-needs-approval',
    ]);
    expect(dueOnRequest(facts, 'greta', START)?.rule).toBe('content-needs-approval');
    expect(dueOnRequest(facts, 'jonas', START)).toBeUndefined();
  });

  it('is one decision, complete with its slot', () => {
    const verdict = { due: true, slot: {} } as Verdict;
    expect(isDue(verdict)).toBe(true);
    expect(isDue({ ...verdict, due: false })).toBe(false);
    const { slot: _, ...without } = verdict;
    expect(isDue(without as Verdict)).toBe(false);
  });
});

describe('What is recorded after all decisions of a slot', () => {
  it('of an account is its slot', () => {
    const world = withAdmins();
    world.company('fb', '2026-01-07T12:00:00.000Z');
    const facts = world.accountFacts('fb');
    const due = dueOnAccount(facts, MONDAY);
    expect(due && closeAccountSlot(due, facts, START)).toEqual({
      type: 'CloseSlot',
      data: {
        ...{ accountId: 'fb', partnerId: 'linden', rule: 'settings-update-required' },
        ...{ date: '2026-01-05', key: '2026-01-05' },
      },
      at: START,
    });
  });

  it('of a queue is up to where a raised digest covers it, or only that the slot is decided', () => {
    const world = withAdmins();
    world.post('p1');
    const [due] = dueOnQueue(world.queueFacts(), MONDAY) as [DueDigest];
    const answer = {
      ...{ userId: 'greta', partnerId: 'linden', requestId: undefined },
      slot: { key: '2026-01-05', date: '2026-01-05' },
    };
    expect(closeDigest(due, 0, START)).toEqual({
      type: 'CloseDigest',
      data: { ...answer, upTo: 0 },
      at: START,
    });
    expect(closeDigest(due, undefined, START)).toEqual({
      ...{ type: 'CloseSlot', data: { ...answer, rule: 'content-needs-approval' }, at: START },
    });
  });

  it('moves the digest cursor if a digest was raised, or nobody could be notified', () => {
    const moves = (rule: string, isRaised: boolean, reason?: Verdict['reason']) =>
      movesCursor({ rule, ...(reason ? { reason } : {}) } as Verdict, isRaised);
    expect(moves('content-needs-approval', true)).toBe(true);
    expect(moves('content-needs-approval', false, 'no-reachable-recipient')).toBe(true);
    expect(moves('content-needs-approval', false, 'not-entitled')).toBe(false);
    expect(moves('content-needs-approval', false)).toBe(false);
    expect(moves('no-social-media-content', true)).toBe(false);
    expect(moves('no-social-media-content', false, 'no-reachable-recipient')).toBe(false);
  });
});
