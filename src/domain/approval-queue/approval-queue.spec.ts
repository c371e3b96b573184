import { describe, expect, it } from 'vitest';
import { type Step, storyOf } from '../../../test/domain/story.js';
import type { Recorded } from '../kernel/event.js';
import { values } from '../kernel/persistent-map.js';
import { ApprovalQueue } from './approval-queue.js';
import { firstNewTo, newTo } from './new-posts.js';
import type { ApprovalQueueCommand, ApprovalQueueEvent } from './queue-events.js';
import { decidedOf } from './readers.js';
import { requestExpiry, requestOf } from './send-nows.js';
import { waitingAt } from './waiting-posts.js';

const at = (day: number): string => `2026-01-${String(day).padStart(2, '0')}T12:00:00.000Z`;
const LATER = at(31);

const submit = (day: number, postId = 'p1', publishAt = LATER, title = postId): ApprovalQueueCommand => ({
  type: 'SubmitPost',
  data: { postId, partnerId: 'linden', streamId: 's', streamName: 'Spring', title, network: 'x', publishAt },
  at: at(day),
});
const settle = (
  day: number,
  postId = 'p1',
  type: 'ApprovePost' | 'RejectPost' | 'WithdrawPost' = 'ApprovePost',
): ApprovalQueueCommand => ({ type, data: { postId, partnerId: 'linden' }, at: at(day) });
const press = (day: number, requestId = 'r1', userId = 'greta'): ApprovalQueueCommand => ({
  type: 'RequestDigest',
  data: { userId, partnerId: 'linden', requestId },
  at: at(day),
});
const answer = (date: string, requestId?: string) => ({
  ...{ userId: 'greta', partnerId: 'linden', slot: { key: date, date } },
  requestId,
});
const digest = (date: string, upTo: number, requestId?: string): ApprovalQueueCommand => ({
  type: 'CloseDigest',
  data: { ...answer(date, requestId), upTo },
  at: at(20),
});
const close = (date: string, requestId?: string): ApprovalQueueCommand => ({
  type: 'CloseSlot',
  data: { ...answer(date, requestId), rule: 'no-social-media-content' },
  at: at(20),
});

const story = (...steps: readonly Step<ApprovalQueueCommand>[]) => storyOf(ApprovalQueue, ...steps);
const last = (...steps: readonly Step<ApprovalQueueCommand>[]) => story(...steps).facts.at(-1);
const waiting = (...steps: readonly Step<ApprovalQueueCommand>[]) =>
  newTo('greta', story(...steps).state).map(({ postId }) => postId);

describe('An approval queue', () => {
  it('begins empty', () => {
    expect(ApprovalQueue.category).toBe('approvalQueue');
    expect(ApprovalQueue.initialState).toMatchObject({ submitted: 0, closed: {}, untilForgetting: 32 });
    expect(waiting()).toEqual([]);
  });

  it('records a post that waits, and one that does not because a later decision was recorded first', () => {
    const command = submit(1);
    const recorded = { type: 'PostAwaitingApproval', data: command.data, occurredAt: at(1) };
    expect(story(command).facts).toEqual([recorded]);
    expect(last(settle(2), submit(1))).toEqual({ ...recorded, data: { ...command.data, waits: false } });
    expect(last(settle(1), submit(1))?.data).not.toHaveProperty('waits');
    expect(last(settle(1), submit(2))?.data).not.toHaveProperty('waits');
    expect(last(submit(3), submit(2))?.data).toHaveProperty('waits', false);
    expect(last(submit(3), submit(3))?.data).not.toHaveProperty('waits');
  });

  it.each([
    ['ApprovePost', 'PostApproved'],
    ['RejectPost', 'PostRejected'],
    ['WithdrawPost', 'PostWithdrawn'],
  ] as const)('records %s, and whether it empties the queue', (type, event) => {
    const data = { postId: 'p1', partnerId: 'linden' };
    expect(last(settle(2, 'p1', type))).toEqual({ type: event, data, occurredAt: at(2) });
    expect(last(submit(1), settle(2, 'p1', type))).toEqual({
      ...{ type: event, data: { ...data, emptiesQueue: true }, occurredAt: at(2) },
    });
    expect(last(submit(1), submit(1, 'p2'), settle(2, 'p1', type))?.data).toEqual(data);
    expect(last(submit(2), settle(1, 'p1', type))?.data).toEqual(data);
    expect(last(submit(2), settle(2, 'p1', type))?.data).toHaveProperty('emptiesQueue', true);
  });

  it('holds posts that were submitted and not decided on since', () => {
    expect(waiting(submit(1), submit(1, 'p2'))).toEqual(['p1', 'p2']);
    expect(waiting(submit(1), settle(2))).toEqual([]);
    expect(waiting(submit(2), settle(1))).toEqual(['p1']);
    expect(waiting(submit(2), settle(2))).toEqual([]);
    expect(waiting(settle(2), submit(1))).toEqual([]);
    expect(waiting(settle(3), settle(1), submit(2))).toEqual([]);
    expect(waiting(submit(1), settle(2), submit(2))).toEqual(['p1']);
    expect(waiting(submit(1), settle(2), submit(2), settle(2))).toEqual([]);
    expect(waiting(settle(2), submit(3))).toEqual(['p1']);
  });

  it('gives no number to a post of which an older version recorded that it does not wait', () => {
    const { facts } = story(settle(2), submit(2, 'p1'), submit(3, 'p2'));
    const recorded = facts.map((fact, n) => ({
      ...fact,
      ...(n === 1 ? { data: { ...fact.data, waits: false } } : {}),
      ...{ recordedAt: at(4), eventId: `e${n}`, position: `${n}` },
    })) as Recorded<ApprovalQueueEvent>[];
    const state = recorded.reduce(ApprovalQueue.evolve, ApprovalQueue.initialState);
    expect(newTo('greta', state)).toMatchObject([{ postId: 'p2', number: 1 }]);
  });

  it('knows a post as it was submitted last by time, in the place of the first', () => {
    const { state } = story(submit(1), submit(1, 'p2'), [submit(3, 'p1', LATER, 'New'), at(4)], submit(2));
    expect(newTo('greta', state)[0]).toEqual({
      ...{ postId: 'p1', streamId: 's', streamName: 'Spring', title: 'New', network: 'x', publishAt: LATER },
      ...{ number: 1, submittedAt: at(3), learnedAt: at(1) },
      cause: { eventId: 'e3', position: '3', type: 'PostAwaitingApproval' },
    });
    expect(state.submitted).toBe(2);
  });

  it('takes a post that was published and has a time to come for a new one', () => {
    const again = story(submit(1, 'p1', at(2)), submit(1, 'p2'), submit(2, 'p1', LATER)).state;
    expect(newTo('greta', again).map(({ postId, number }) => [postId, number])).toEqual([
      ['p2', 2],
      ['p1', 3],
    ]);
    expect(newTo('greta', again)[1]?.learnedAt).toBe(at(2));
    const before = story(submit(1, 'p1', at(3)), submit(2, 'p1', LATER)).state;
    expect(newTo('greta', before)[0]?.number).toBe(1);
    const stillPast = story(submit(1, 'p1', at(2)), submit(3, 'p1', at(3))).state;
    expect(newTo('greta', stillPast)[0]?.number).toBe(1);
  });

  it('shows what waits until it is published', () => {
    const { state } = story(submit(1, 'p1', at(5)), submit(1, 'p2', at(6)));
    const shown = (moment: string) => waitingAt(state, moment).map(({ postId }) => postId);
    expect(shown('2026-01-05T11:59:59.999Z')).toEqual(['p1', 'p2']);
    expect(shown(at(5))).toEqual(['p2']);
    expect(shown(at(5))).toEqual(['p2']);
    expect(shown(at(6))).toEqual([]);
    expect(waitingAt(state, at(5))).toBe(waitingAt(state, at(5)));
  });

  it('forgets after a week what was published, once it looks', () => {
    const many = Array.from({ length: 32 }, (_, n) => [submit(1, `q${n}`, LATER), at(9)] as const);
    const kept = (publishAt: string) => waiting([submit(1, 'p1', publishAt), at(1)], ...many).includes('p1');
    expect(kept('2026-01-02T12:00:00.001Z')).toBe(true);
    expect(kept(at(2))).toBe(false);
  });

  it('forgets a decision once its post is published, or after a week where it was never submitted', () => {
    const many = (day: number) =>
      Array.from({ length: 32 }, (_, n) => [submit(1, `q${n}`), at(day)] as const);
    const isRemembered = (...steps: readonly Step<ApprovalQueueCommand>[]) =>
      values(story(...steps).state.settled).length === 1;
    expect(isRemembered(settle(2), ...many(8))).toBe(true);
    expect(isRemembered(settle(2), ...many(9))).toBe(false);
    expect(isRemembered(submit(1), settle(2), ...many(9))).toBe(true);
    expect(isRemembered(submit(1, 'p1', at(5)), settle(2), ...many(5))).toBe(false);
    expect(isRemembered(settle(2), submit(1, 'p1', at(20)), ...many(15))).toBe(true);
  });
});

describe('A digest', () => {
  const queue = [submit(1), submit(1, 'p2'), submit(1, 'p3')] as const;

  it('moves on what is new to its reader', () => {
    const { state, facts } = story(...queue, digest('2026-01-05', 2));
    expect(facts.at(-1)).toEqual({
      ...{ type: 'DigestRaised', data: { ...answer('2026-01-05'), upTo: 2 }, occurredAt: at(20) },
    });
    expect(newTo('greta', state).map(({ postId }) => postId)).toEqual(['p3']);
    expect(newTo('jonas', state)).toHaveLength(3);
    expect(newTo('jonas', state)).toBe(newTo('mira', state));
    expect(firstNewTo('greta', state, newTo('jonas', state))).toBe(2);
    expect([decidedOf(state, 'greta'), decidedOf(state, 'jonas')]).toEqual(['2026-01-05', undefined]);
  });

  it('is decided once for a slot, and for those before', () => {
    for (const again of [digest('2026-01-05', 3), close('2026-01-05'), digest('2026-01-02', 3)])
      expect(story(...queue, digest('2026-01-05', 2), again).facts).toHaveLength(4);
    expect(last(...queue, digest('2026-01-05', 2), digest('2026-01-06', 3))?.type).toBe('DigestRaised');
  });

  it('that was not raised leaves what is new as it is', () => {
    const { state, facts } = story(...queue, digest('2026-01-05', 2), close('2026-01-06'));
    expect(facts.at(-1)).toEqual({
      type: 'SlotDecided',
      data: { ...answer('2026-01-06'), rule: 'no-social-media-content' },
      occurredAt: at(20),
    });
    expect(newTo('greta', state)).toHaveLength(1);
    expect(decidedOf(state, 'greta')).toBe('2026-01-06');
  });
});

describe('Send Now', () => {
  it('is open until it is answered', () => {
    const { state, facts } = story([press(1), at(2)]);
    expect(facts).toEqual([
      {
        type: 'DigestRequested',
        data: { userId: 'greta', partnerId: 'linden', requestId: 'r1' },
        occurredAt: at(1),
      },
    ]);
    expect(requestOf(state, 'greta')).toEqual({
      ...{ requestId: 'r1', userId: 'greta', learnedAt: at(2) },
      cause: { eventId: 'e1', position: '1', type: 'DigestRequested' },
    });
    for (const answered of [digest('2026-01-01', 0, 'r1'), close('2026-01-01', 'r1')]) {
      const after = story(press(1), answered).state;
      expect(requestOf(after, 'greta')).toBeUndefined();
      expect(decidedOf(after, 'greta')).toBeUndefined();
    }
  });

  it('pressed again before it is answered is the same', () => {
    expect(requestOf(story(press(1), press(2, 'r2')).state, 'greta')?.requestId).toBe('r1');
  });

  it('is answered once', () => {
    expect(story(press(1), close('2026-01-01', 'r1'), close('2026-01-01', 'r1')).facts).toHaveLength(2);
    expect(story(press(1), close('2026-01-01', 'r2')).facts).toHaveLength(1);
    expect(story(press(1), digest('2026-01-01', 0, 'r2')).facts).toHaveLength(1);
  });

  it('is given up after an hour', () => {
    expect(requestExpiry(at(1))).toBe('2026-01-01T13:00:00.000Z');
    const data = { userId: 'greta', partnerId: 'linden', requestId: 'r1' };
    const expire = (requestId: string): ApprovalQueueCommand => ({
      ...{ type: 'ExpireRequest', data: { ...data, requestId }, at: at(2) },
    });
    const { state, facts } = story(press(1), expire('r1'), expire('r1'));
    expect(facts.slice(1)).toEqual([{ type: 'DigestRequestExpired', data, occurredAt: at(2) }]);
    expect(requestOf(state, 'greta')).toBeUndefined();
    expect(story(press(1), expire('r2')).facts).toHaveLength(1);
  });
});

describe('The slots of a rhythm', () => {
  const slot = (rhythm: 'daily' | 'weekly', date: string) => ({ rhythm, date, hasSubscribers: true });
  const closeAll = (...slots: readonly ReturnType<typeof slot>[]): ApprovalQueueCommand => ({
    ...{ type: 'CloseRhythms', data: { partnerId: 'linden', slots }, at: at(20) },
  });

  it('are closed once, each', () => {
    const both = [slot('daily', '2026-01-05'), slot('weekly', '2026-01-05')] as const;
    const { state, facts } = story(closeAll(...both), closeAll(...both));
    expect(facts).toEqual([
      { type: 'DigestSlotsClosed', data: { partnerId: 'linden', slots: both }, occurredAt: at(20) },
    ]);
    expect(state.closed).toEqual({ daily: '2026-01-05', weekly: '2026-01-05' });
    const next = [slot('daily', '2026-01-06'), slot('weekly', '2026-01-04')] as const;
    const later = story(closeAll(...both), closeAll(...next));
    expect(later.facts.at(-1)?.data).toEqual({ partnerId: 'linden', slots: [next[0]] });
    expect(later.state.closed).toEqual({ daily: '2026-01-06', weekly: '2026-01-05' });
  });
});
