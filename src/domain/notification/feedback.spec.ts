import { describe, expect, it } from 'vitest';
import { storyOf } from '../../../test/domain/story.js';
import type { Feedback } from './feedback.js';
import { Notification, type NotificationCommand } from './notification.js';

const NOW = '2026-01-05T08:00:00.000Z';
const at = (minute: number): string => `2026-01-05T09:${String(minute).padStart(2, '0')}:00.000Z`;
const ref = { notificationId: 'n1' };
const decision = {
  ...ref,
  recipient: { userId: 'ada', address: { channel: 'email', value: 'a@x.example' } },
  slot: { key: '2026-01-05', at: NOW },
};
const raise = {
  ...{ type: 'Raise', data: decision, content: { contentHash: 'x', parts: { subject: 's' } }, at: NOW },
} as unknown as NotificationCommand;
const withhold = { type: 'Withhold', data: decision, at: NOW } as unknown as NotificationCommand;
const start: NotificationCommand = { type: 'StartSend', data: ref, leaseUntil: at(15), at: NOW };
const result = (outcome: 'accepted' | 'unknown' | 'rejected'): NotificationCommand =>
  ({
    ...{ type: 'RecordResult', data: { ...ref, attempt: 1 }, jitter: 0, at: NOW },
    result: { outcome, reply: '250', messageId: '<m>', reason: 'r' },
  }) as unknown as NotificationCommand;

const delivered: Feedback = { source: 'ses', kind: 'delivered' };
const soft: Feedback = { source: 'ses', kind: 'bounced', hard: false, reason: 'full' };
const hard: Feedback = {
  source: 'ses',
  kind: 'bounced',
  hard: true,
  status: '5.1.1',
  reason: 'no such user',
};
const complained: Feedback = { source: 'mail', kind: 'complained' };

const fed = (
  before: readonly NotificationCommand[],
  ...feedback: readonly (readonly [Feedback, number])[]
) => {
  const known = before.length === 0 ? 0 : storyOf(Notification, ...before).facts.length;
  const commands = feedback.map(
    ([one, minute]): NotificationCommand => ({
      ...{ type: 'RecordFeedback', data: ref, feedback: one, at: at(minute) },
    }),
  );
  const { state, facts } = storyOf(Notification, ...before, ...commands);
  return { phase: state.phase, facts: facts.slice(known), types: facts.slice(known).map(({ type }) => type) };
};

const ACCEPTED = [raise, start, result('accepted')];

describe('Feedback about a notification', () => {
  it('is recorded with its source and with what was said', () => {
    expect(fed(ACCEPTED, [delivered, 1]).facts).toEqual([
      { type: 'Delivered', data: { ...ref, source: 'ses' }, occurredAt: at(1) },
    ]);
    const bounced = { ...ref, source: 'ses', hard: true, status: '5.1.1', reason: 'no such user' };
    expect(fed(ACCEPTED, [hard, 1])).toMatchObject({
      ...{ phase: 'bounced', facts: [{ type: 'Bounced', data: bounced }] },
    });
    expect(fed(ACCEPTED, [complained, 1])).toMatchObject({
      ...{ phase: 'complained', facts: [{ type: 'Complained', data: { ...ref, source: 'mail' } }] },
    });
  });

  it('is recorded once, however often it is repeated', () => {
    for (const one of [delivered, soft, hard, complained])
      expect(fed(ACCEPTED, [one, 1], [one, 2], [one, 1]).types).toHaveLength(1);
  });

  it.each([
    [
      'a delivery that is reported after a later soft bounce',
      [
        [soft, 5],
        [delivered, 1],
      ],
      ['Bounced'],
      'bounced',
    ],
    [
      'a soft bounce that is reported after a later delivery',
      [
        [delivered, 5],
        [soft, 1],
      ],
      ['Delivered'],
      'delivered',
    ],
    [
      'a delivery after a hard bounce',
      [
        [hard, 1],
        [delivered, 5],
      ],
      ['Bounced'],
      'bounced',
    ],
    [
      'anything after a complaint',
      [
        [complained, 1],
        [hard, 2],
        [delivered, 3],
      ],
      ['Complained'],
      'complained',
    ],
  ] as const)('changes nothing where it is overtaken: %s', (_, feedback, types, phase) => {
    expect(fed(ACCEPTED, ...feedback)).toMatchObject({ types, phase });
  });

  it.each([
    [
      'a soft bounce, then a delivery',
      [
        [soft, 1],
        [delivered, 5],
      ],
      'delivered',
    ],
    [
      'a delivery, then a soft bounce',
      [
        [delivered, 1],
        [soft, 5],
      ],
      'bounced',
    ],
    [
      'a delivery, then a hard bounce',
      [
        [delivered, 1],
        [hard, 5],
      ],
      'bounced',
    ],
    [
      'a hard bounce, then a complaint',
      [
        [hard, 1],
        [complained, 5],
      ],
      'complained',
    ],
  ] as const)('counts where it is later: %s', (_, feedback, phase) => {
    expect(fed(ACCEPTED, ...feedback)).toMatchObject({ phase, types: { length: 2 } });
  });

  it('resolves an outcome that is unknown, and an attempt whose result is not recorded yet', () => {
    expect(fed([raise, start, result('unknown')], [delivered, 1]).phase).toBe('delivered');
    expect(fed([raise, start], [delivered, 1]).phase).toBe('delivered');
    const keep: NotificationCommand = { type: 'KeepBack', data: ref, reason: 'restored', at: NOW };
    expect(fed([raise, keep], [hard, 1]).phase).toBe('bounced');
  });

  it('is not recorded for a mail that never left', () => {
    for (const before of [[], [withhold], [raise], [raise, result('rejected')]])
      expect(fed(before, [delivered, 1], [hard, 2]).types).toEqual([]);
  });
});
