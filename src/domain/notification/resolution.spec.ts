import { describe, expect, it } from 'vitest';
import { storyOf } from '../../../test/domain/story.js';
import type { AttemptResult } from './attempt-result.js';
import { Notification, type NotificationCommand } from './notification.js';
import type { ResolvedAs } from './resolution.js';

const NOW = '2026-01-05T08:00:00.000Z';
const ref = { notificationId: 'n1' };
const raise = {
  type: 'Raise',
  data: {
    ...ref,
    recipient: { address: { channel: 'email', value: '' } },
    slot: { key: '2026-01-05', at: NOW },
  },
  ...{ content: { parts: {} }, at: NOW },
} as unknown as NotificationCommand;
const start: NotificationCommand = { type: 'StartSend', data: ref, leaseUntil: NOW, at: NOW };
const lost: NotificationCommand = { type: 'GiveUpLostSend', data: ref, at: NOW };
const resolve = (as: ResolvedAs, reason = 'because', by = 'grace'): NotificationCommand => ({
  ...{ type: 'Resolve', data: { ...ref, as, reason, by }, at: NOW },
});
const accepted: AttemptResult = { outcome: 'accepted', reply: '250 OK', messageId: '<1@x>' };
const rejected: AttemptResult = { outcome: 'rejected', about: 'recipient', reason: '550' };
const DEFERRED: AttemptResult = { outcome: 'deferred', about: 'mail', reason: '451' };
const result = (of: AttemptResult, attempt = 1): NotificationCommand => ({
  ...{ type: 'RecordResult', data: { ...ref, attempt }, result: of, jitter: 0, giveUpAfter: 1e9, at: NOW },
});

const after = (...commands: readonly NotificationCommand[]) =>
  storyOf(Notification, raise, start, lost, ...commands);
const types = (...commands: readonly NotificationCommand[]) =>
  after(...commands)
    .facts.slice(4)
    .map(({ type }) => type);

describe('A mail in doubt', () => {
  it.each([
    ['delivered', 'delivered'],
    ['resend', 'waiting'],
    ['abandoned', 'abandoned'],
  ] as const)('that is resolved as %s is %s', (as, phase) => {
    const { state, facts } = after(resolve(as));
    expect(state).toMatchObject({ phase, resolution: { as, reason: 'because', by: 'grace', attempt: 1 } });
    expect(facts.at(-1)).toEqual({
      ...{ type: 'OutcomeResolved', occurredAt: NOW },
      data: { ...ref, as, reason: 'because', by: 'grace', attempt: 1 },
    });
  });

  it('is resolved once, and the same once more changes nothing', () => {
    expect(types(resolve('delivered'), resolve('delivered'))).toEqual(['OutcomeResolved']);
    for (const other of [
      resolve('abandoned'),
      resolve('delivered', 'else'),
      resolve('delivered', 'because', 'x'),
    ])
      expect(() => types(resolve('delivered'), other)).toThrow(
        expect.objectContaining({
          code: 'not-in-doubt',
          message: expect.stringContaining('grace has resolved it'),
        }),
      );
    expect(types(resolve('resend'), start, resolve('resend'))).toEqual(['OutcomeResolved', 'SendStarted']);
  });

  it('that comes into doubt again after it was sent again is resolved again', () => {
    expect(types(resolve('resend'), start, lost, resolve('resend'))).toEqual([
      ...['OutcomeResolved', 'SendStarted', 'OutcomeUnknown', 'OutcomeResolved'],
    ]);
  });

  it('is the only one that can be resolved', () => {
    for (const before of [[], [raise], [raise, start], [raise, start, result(accepted)]])
      expect(() => storyOf(Notification, ...before, resolve('delivered'))).toThrow(
        expect.objectContaining({ code: 'not-in-doubt' }),
      );
  });

  it.each([
    ['delivered', accepted, 'accepted'],
    ['delivered', rejected, 'rejected'],
    ['abandoned', accepted, 'accepted'],
    ['abandoned', rejected, 'rejected'],
    ['resend', accepted, 'accepted'],
    ['resend', rejected, 'waiting'],
  ] as const)('that is resolved as %s takes the late answer of the server, $outcome: %s', (as, of, phase) => {
    const { state, facts } = after(resolve(as), result(of), result(of));
    expect(facts.slice(5)).toHaveLength(1);
    expect(state).toMatchObject({ phase, resolution: { as, answer: of.outcome } });
  });

  it('that is being sent again takes the late answer to the first attempt, and ends with that to the second', () => {
    const again = [resolve('resend'), start];
    expect(types(...again, result(accepted, 1), result(rejected, 2))).toEqual([
      ...['OutcomeResolved', 'SendStarted', 'Accepted', 'Rejected'],
    ]);
    expect(after(...again, result(accepted, 1)).state.phase).toBe('sending');
    expect(after(...again, result(rejected, 1)).state.phase).toBe('sending');
    expect(after(...again, result(rejected, 1), result(accepted, 2)).state.phase).toBe('accepted');
    for (const second of [rejected, { outcome: 'unknown', reason: 'x' }, DEFERRED] as const)
      expect(after(...again, result(accepted, 1), result(second, 2)).state.phase).toBe('accepted');
  });

  it('that was resolved takes no answer to another attempt, and no deferral', () => {
    expect(types(resolve('delivered'), result(accepted, 2), result(DEFERRED, 1))).toEqual([
      'OutcomeResolved',
    ]);
  });
});
