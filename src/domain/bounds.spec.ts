import { describe, expect, it } from 'vitest';
import { ApprovalQueue } from './approval-queue/approval-queue.js';
import type { ApprovalQueueCommand } from './approval-queue/queue-events.js';
import {
  MAX_OPEN_SEND_NOWS,
  MAX_REMEMBERED_READERS,
  MAX_REMEMBERED_USERS,
  MAX_USERS_PER_PARTNER,
  MAX_WAITING_POSTS,
} from './bounds.js';
import type { Decider, Fact, Recorded } from './kernel/event.js';
import { DAY, plus } from './kernel/instant.js';
import { Partner, type PartnerCommand } from './partner/partner.js';

const SLOT = { date: '2026-03-02', at: '2026-03-02T08:00:00.000Z' };
const NOW = '2026-03-02T09:00:00.000Z';

const after = <S, C, E extends Fact>(decider: Decider<S, C, E>, state: S, command: C, recordedAt = NOW): S =>
  decider
    .decide(command, state)
    .reduce(
      (folded, fact) =>
        decider.evolve(folded, { ...fact, recordedAt, eventId: 'e', position: '1' } as Recorded<E>),
      state,
    );

const user = (n: number): PartnerCommand => ({
  type: 'AddUser',
  data: { userId: `u${n}`, partnerId: 'p', name: `${n}`, email: `${n}@p.example`, role: 'member' },
  at: NOW,
});

const post = (n: number, publishAt = plus(NOW, DAY)): ApprovalQueueCommand => ({
  type: 'SubmitPost',
  data: {
    ...{ postId: `p${n}`, partnerId: 'p', streamId: 's', streamName: 's', title: `${n}`, network: 'x' },
    publishAt,
  },
  at: NOW,
});

describe('A partner', () => {
  it(`has at most ${MAX_USERS_PER_PARTNER} users; existing users can still change, and one who leaves makes room`, () => {
    let state = Partner.initialState;
    for (let n = 0; n < MAX_USERS_PER_PARTNER; n += 1) state = after(Partner, state, user(n));
    expect(() => Partner.decide(user(-1), state)).toThrow(
      expect.objectContaining({ code: 'too-many-users', message: expect.stringContaining('5000') }),
    );
    state = after(Partner, state, user(7));
    state = after(Partner, state, { type: 'RemoveUser', data: { userId: 'u7', partnerId: 'p' }, at: NOW });
    expect(after(Partner, state, user(-1)).present).toBe(MAX_USERS_PER_PARTNER);
  });

  it('drops former users, the least recently reported first, once there are too many', () => {
    let state = after(Partner, Partner.initialState, user(-1));
    const remove = (n: number) => {
      const command = { type: 'RemoveUser', data: { userId: `u${n}`, partnerId: 'p' }, at: NOW } as const;
      state = after(Partner, state, command, plus(NOW, n));
    };
    for (let n = 1; n < MAX_REMEMBERED_USERS; n += 1) remove(n);
    expect(state.users.size).toBe(MAX_REMEMBERED_USERS);
    remove(MAX_REMEMBERED_USERS);
    expect(state.users.size).toBeLessThan(MAX_REMEMBERED_USERS);
    for (let n = 1; n <= MAX_USERS_PER_PARTNER; n += 1) remove(MAX_REMEMBERED_USERS + n);
    expect(state.users.size).toBeLessThanOrEqual(MAX_REMEMBERED_USERS);
    expect(state.present).toBe(1);
  });
});

describe('An approval queue', () => {
  it(`holds at most ${MAX_WAITING_POSTS} posts; waiting posts can still change, and a published post makes room`, () => {
    let state = ApprovalQueue.initialState;
    for (let n = 0; n < MAX_WAITING_POSTS; n += 1)
      state = after(ApprovalQueue, state, post(n, n === 7 ? plus(NOW, 1) : undefined));
    expect(() => ApprovalQueue.decide(post(-1), state)).toThrow(
      expect.objectContaining({ code: 'too-many-waiting-posts', message: expect.stringContaining('10000') }),
    );
    expect(after(ApprovalQueue, state, post(8)).waiting.size).toBe(MAX_WAITING_POSTS);
    const later = { ...post(-1), at: plus(NOW, 2) };
    const full = after(ApprovalQueue, state, later, plus(NOW, 2));
    expect(after(ApprovalQueue, full, post(9), plus(NOW, 2)).waiting.size).toBe(MAX_WAITING_POSTS);
  });

  it('forgets decisions on posts that were never submitted after a week', () => {
    let state = ApprovalQueue.initialState;
    const approve = (n: number): ApprovalQueueCommand => ({
      type: 'ApprovePost',
      data: { postId: `p${n}`, partnerId: 'p' },
      at: NOW,
    });
    for (let n = 0; n < 1_000; n += 1) state = after(ApprovalQueue, state, approve(n));
    expect(state.settled.size).toBe(1_000);
    for (let n = 0; n < 2_000; n += 1)
      state = after(ApprovalQueue, state, approve(1_000 + (n % 10)), plus(NOW, 8 * DAY));
    expect(state.settled.size).toBe(10);
  });

  it(`remembers the last decided slot of ${MAX_REMEMBERED_READERS} people, and drops the others`, () => {
    let state = ApprovalQueue.initialState;
    const decided = (n: number): void => {
      const data = { rule: 'content-needs-approval', partnerId: 'p', userId: `u${n}`, slot: SLOT };
      const event = { type: 'SlotDecided', data, recordedAt: plus(NOW, n), eventId: 'e', position: '1' };
      state = ApprovalQueue.evolve(state, event as unknown as Parameters<typeof ApprovalQueue.evolve>[1]);
    };
    for (let n = 0; n < MAX_REMEMBERED_READERS; n += 1) decided(n);
    expect(state.readers.size).toBe(MAX_REMEMBERED_READERS);
    decided(MAX_REMEMBERED_READERS);
    expect(state.readers.size).toBeLessThan(MAX_REMEMBERED_READERS);
  });

  it(`keeps one Send Now for each person, and at most ${MAX_OPEN_SEND_NOWS}`, () => {
    let state = ApprovalQueue.initialState;
    const ask = (n: number, requestId = `r${n}`): ApprovalQueueCommand => ({
      type: 'RequestDigest',
      data: { userId: `u${n}`, partnerId: 'p', requestId },
      at: NOW,
    });
    for (let n = 0; n < MAX_OPEN_SEND_NOWS; n += 1) state = after(ApprovalQueue, state, ask(n));
    expect(after(ApprovalQueue, state, ask(1, 'again'))).toBe(state);
    expect(() => ApprovalQueue.decide(ask(-1), state)).toThrow(
      expect.objectContaining({ code: 'too-many-send-nows', message: expect.stringContaining('5000') }),
    );
  });
});
