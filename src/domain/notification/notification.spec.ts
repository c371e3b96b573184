import { describe, expect, it } from 'vitest';
import type { Recorded } from '../kernel/event.js';
import { plus } from '../kernel/instant.js';
import type { AttemptResult } from './attempt-result.js';
import {
  Notification,
  type NotificationCommand,
  type NotificationEvent,
  type NotificationState,
} from './notification.js';
import { retryDelay } from './retries.js';

const NOW = '2026-01-05T08:00:00.000Z';
const MINUTE = 60_000;
const FIVE_DAYS = 5 * 24 * 60 * MINUTE;
const ref = { notificationId: 'n1' };
const raise = {
  type: 'Raise',
  data: {
    ...ref,
    recipient: { address: { channel: 'email', value: 'a@x.example' } },
    slot: { key: '2026-01-05', at: NOW },
  },
  content: { subjectLine: 's', parts: { html: 'h', text: 't' }, contentHash: 'x' },
  at: NOW,
} as unknown as NotificationCommand;
const start = (at = NOW): NotificationCommand => ({
  type: 'StartSend',
  data: ref,
  leaseUntil: plus(at, 15 * MINUTE),
  at,
});
const ABOUT = {
  deferred: { about: 'mail' },
  'not-tried': { about: 'relay' },
  rejected: { about: 'recipient' },
  unknown: {},
} as const;
const result = (
  attempt: number,
  outcome: 'deferred' | 'not-tried' | 'rejected' | 'unknown',
  at = NOW,
): NotificationCommand => ({
  type: 'RecordResult',
  data: { ...ref, attempt },
  result: { outcome, ...ABOUT[outcome], reason: 'because' } as AttemptResult,
  jitter: 0,
  giveUpAfter: FIVE_DAYS,
  at,
});

const run = (commands: readonly NotificationCommand[]): { state: NotificationState; types: string[] } => {
  const types: string[] = [];
  let state = Notification.initialState;
  for (const command of commands)
    for (const fact of Notification.decide(command, state)) {
      types.push(fact.type);
      state = Notification.evolve(state, {
        ...fact,
        recordedAt: NOW,
        eventId: 'e',
        position: '1',
      } as Recorded<NotificationEvent>);
    }
  return { state, types };
};

describe('A notification', () => {
  it('is decided once, and the decision never changes', () => {
    const { state } = run([raise]);
    for (const command of [raise, { ...raise, type: 'Withhold' } as NotificationCommand])
      expect(() => Notification.decide(command, state)).toThrow(
        expect.objectContaining({ code: 'already-decided' }),
      );
  });

  it('is raised and its content frozen in one append', () => {
    expect(run([raise]).types).toEqual(['NotificationRaised', 'ContentFrozen']);
  });

  it('has one SendStarted for each attempt, and none while one is under way', () => {
    expect(run([raise, start(), start()]).types).toEqual([
      'NotificationRaised',
      'ContentFrozen',
      'SendStarted',
    ]);
  });

  it('takes a result only for the attempt that is under way, or a refusal for the next', () => {
    expect(run([raise, start(), result(2, 'rejected')]).types).not.toContain('Rejected');
    expect(run([raise, result(2, 'rejected')]).types).not.toContain('Rejected');
    expect(run([raise, result(1, 'unknown')]).types).not.toContain('OutcomeUnknown');
    expect(run([raise, result(1, 'rejected')]).types).toContain('Rejected');
    expect(run([raise, start(), result(1, 'rejected')]).types).toContain('Rejected');
  });

  it('is tried again at least 5 minutes after a deferral, and not before', () => {
    const deferred = [raise, start(), result(1, 'deferred')];
    expect(run([...deferred, start(plus(NOW, 5 * MINUTE - 1))]).types.at(-1)).toBe('Deferred');
    expect(run([...deferred, start(plus(NOW, 5 * MINUTE))]).types.at(-1)).toBe('SendStarted');
  });

  it('waits longer after each deferral, with equal jitter, up to a cap', () => {
    const waits = (jitter: number) =>
      [1, 2, 3, 7, 8, 40].map((n) => (Date.parse(retryDelay(NOW, n, jitter)) - Date.parse(NOW)) / MINUTE);
    expect(waits(0)).toEqual([5, 10, 20, 180, 180, 180]);
    expect(waits(0.5)).toEqual([7.5, 15, 30, 270, 270, 270]);
    expect(waits(1)).toEqual([10, 20, 40, 360, 360, 360]);
  });

  it('is given up five days after it was decided, with what was said last', () => {
    let at = NOW;
    const commands: NotificationCommand[] = [raise];
    for (let attempt = 1; at <= plus(NOW, FIVE_DAYS); attempt += 1) {
      commands.push(start(at), result(attempt, 'deferred', at));
      at = plus(at, 360 * MINUTE);
    }
    const { state, types } = run(commands);
    expect(types.filter((type) => type === 'Deferred')).toHaveLength(20);
    expect(types.at(-1)).toBe('GivenUp');
    expect(state.phase).toBe('given-up');
  });

  it('is due again at once when the attempt was not made, and not made attempts never give it up', () => {
    const tries = Array.from({ length: 30 }, (_, n) => [start(), result(n + 1, 'not-tried')]).flat();
    const { types, state } = run([raise, ...tries, start()]);
    expect(types.slice(-2)).toEqual(['Deferred', 'SendStarted']);
    expect(state).toMatchObject({ phase: 'sending', deferrals: 0 });
  });

  it('whose sender was lost is of unknown outcome after the lease, not before, and is never sent again', () => {
    const lost = (at: string): NotificationCommand => ({ type: 'GiveUpLostSend', data: ref, at });
    expect(run([raise, start(), lost(plus(NOW, 15 * MINUTE - 1))]).types.at(-1)).toBe('SendStarted');
    const { types } = run([raise, start(), lost(plus(NOW, 15 * MINUTE)), start(plus(NOW, 60 * MINUTE))]);
    expect(types.at(-1)).toBe('OutcomeUnknown');
  });

  it('whose sender is certainly gone is of unknown outcome at once; another attempt than that of this sender is not', () => {
    const { state } = run([raise, start()]);
    const lost = (goneStartId: string): NotificationCommand => ({
      ...{ type: 'GiveUpLostSend', data: ref, goneStartId, at: NOW },
    });
    const types = (command: NotificationCommand) =>
      Notification.decide(command, { ...state, startId: 'start-2' }).map(({ type }) => type);
    expect(types(lost('start-2'))).toEqual(['OutcomeUnknown']);
    expect(types(lost('start-1'))).toEqual([]);
  });

  it('whose attempt counts as lost still accepts the late result of that attempt, and no other', () => {
    const lost = { type: 'GiveUpLostSend', data: ref, at: plus(NOW, 15 * MINUTE) } as const;
    expect(run([raise, start(), lost, result(1, 'rejected')]).types.slice(-2)).toEqual([
      'OutcomeUnknown',
      'Rejected',
    ]);
    expect(run([raise, start(), lost, result(2, 'rejected')]).types.at(-1)).toBe('OutcomeUnknown');
    expect(run([raise, start(), lost, result(1, 'deferred')]).types.at(-1)).toBe('OutcomeUnknown');
  });

  it('that is kept back is not sent, and its outcome is unknown; one that is under way is not kept back', () => {
    const keep = { type: 'KeepBack', data: ref, reason: 'restored', at: NOW } as const;
    expect(run([raise, keep, start()]).types.slice(-1)).toEqual(['OutcomeUnknown']);
    expect(run([raise, start(), keep]).types.at(-1)).toBe('SendStarted');
  });
});
