import { describe, expect, it } from 'vitest';
import { type Step, storyOf } from '../../../test/domain/story.js';
import type { AttemptResult } from './attempt-result.js';
import { Notification, type NotificationCommand } from './notification.js';

const NOW = '2026-01-05T08:00:00.000Z';
const LEASE = '2026-01-05T08:15:00.000Z';
const FIVE_DAYS = 5 * 24 * 60 * 60_000;
const ref = { notificationId: 'n1' };
const recipient = { userId: 'ada', address: { channel: 'email', value: 'ada@x.example' } };
const decision = {
  ...{ ...ref, rule: 'account-expired', recipient },
  ...{ slot: { key: '2026-01-05', at: NOW }, subject: { kind: 'socialAccount', id: 'a1' } },
  causes: [{ eventId: 'e1' }],
};
const parts = { subject: 's', html: 'h', text: 't' };
const raised = { subjectLine: 's', contentHash: 'x', template: 'account-expired' };
const content = { ...raised, parts };

const raise = { type: 'Raise', data: decision, content, at: NOW } as unknown as NotificationCommand;
const withhold = {
  ...{ type: 'Withhold', data: { ...decision, reason: 'opted-out' }, at: NOW },
} as unknown as NotificationCommand;
const start: NotificationCommand = { type: 'StartSend', data: ref, leaseUntil: LEASE, at: NOW };
const result = (of: AttemptResult, attempt = 1, jitter = 0): NotificationCommand => ({
  ...{ type: 'RecordResult', data: { ...ref, attempt }, result: of, jitter, giveUpAfter: FIVE_DAYS, at: NOW },
});
const accepted: AttemptResult = { outcome: 'accepted', reply: '250 OK', messageId: '<1@x>' };
const ABOUT = {
  deferred: { about: 'mail' },
  'not-tried': { about: 'relay' },
  rejected: { about: 'recipient' },
  unknown: {},
} as const;
const because = (outcome: keyof typeof ABOUT): AttemptResult =>
  ({ outcome, ...ABOUT[outcome], reason: '4xx' }) as AttemptResult;

const story = (...steps: readonly Step<NotificationCommand>[]) => storyOf(Notification, ...steps);
const last = (...steps: readonly Step<NotificationCommand>[]) => story(...steps).facts.at(-1);

describe('A notification records', () => {
  it('its decision: raised, with the content in an event of its own, or withheld', () => {
    expect(Notification).toMatchObject({
      ...{ category: 'notification', initialState: { phase: 'none', attempts: 0, deferrals: 0 } },
    });
    const { facts, state } = story(raise);
    expect(facts).toEqual([
      { type: 'NotificationRaised', data: { ...decision, ...raised }, occurredAt: NOW },
      { type: 'ContentFrozen', data: { ...ref, channel: 'email', contentHash: 'x', parts }, occurredAt: NOW },
    ]);
    const counts = { attempts: 0, deferrals: 0 };
    expect(state).toEqual({ phase: 'waiting', rule: 'account-expired', dueSince: NOW, ...counts });
    const digest = { ...raise, data: { ...decision, upTo: 7 } } as unknown as NotificationCommand;
    expect(story(digest).state.upTo).toBe(7);
    const withheld = story(withhold);
    expect(withheld.facts).toEqual([
      { type: 'NotificationWithheld', data: { ...decision, reason: 'opted-out' }, occurredAt: NOW },
    ]);
    expect(withheld.state).toMatchObject({ phase: 'withheld', rule: 'account-expired' });
  });

  it('one decision', () => {
    const message = 'Notification n1 has already been decided, and a decision never changes.';
    for (const first of [raise, withhold])
      for (const second of [raise, withhold])
        expect(() => story(first, second)).toThrow(
          expect.objectContaining({ code: 'already-decided', message }),
        );
  });

  it('with an attempt, what the mail is about, where its slot is the moment at which Herald learned of it', () => {
    const atOnce = (changes = {}) => {
      const data = { ...decision, slot: { key: NOW, at: NOW }, ...changes };
      return last({ ...raise, data } as NotificationCommand, start)?.data;
    };
    const occasion = '["account-expired","socialAccount","a1","ada","email","e1"]';
    expect(atOnce()).toEqual({ ...ref, attempt: 1, leaseUntil: LEASE, occasion });
    for (const changes of [{ slot: { key: 'request:r1', at: NOW } }, { undelivered: { userId: 'ben' } }])
      expect(atOnce(changes)).toEqual({ ...ref, attempt: 1, leaseUntil: LEASE });
  });

  it('each attempt, before it is made', () => {
    const { state, facts } = story(raise, start);
    expect(facts.at(-1)).toEqual({
      ...{ type: 'SendStarted', data: { ...ref, attempt: 1, leaseUntil: LEASE }, occurredAt: NOW },
    });
    expect(state).toMatchObject({ phase: 'sending', attempts: 1, leaseUntil: LEASE });
    expect(story(start).facts).toEqual([]);
    expect(story(withhold, start).facts).toHaveLength(1);
    const again = story(raise, start, result(because('not-tried')), start);
    expect(again.facts.at(-1)?.data).toMatchObject({ attempt: 2 });
    expect(again.state).not.toHaveProperty('nextAttemptAt');
  });

  it.each<[AttemptResult, string, object, string]>([
    [accepted, 'Accepted', { reply: '250 OK', messageId: '<1@x>' }, 'accepted'],
    [because('rejected'), 'Rejected', { about: 'recipient', reason: '4xx' }, 'rejected'],
    [because('unknown'), 'OutcomeUnknown', { reason: '4xx' }, 'unknown'],
    [
      because('not-tried'),
      'Deferred',
      { about: 'relay', reason: '4xx', nextAttemptAt: NOW, notTried: true },
      'waiting',
    ],
    [
      because('deferred'),
      'Deferred',
      { about: 'mail', reason: '4xx', nextAttemptAt: '2026-01-05T08:05:00.000Z' },
      'waiting',
    ],
  ])('what became of an attempt: $outcome', (outcome, type, data, phase) => {
    const { state, facts } = story(raise, start, result(outcome));
    expect(facts.at(-1)).toEqual({ type, data: { ...ref, attempt: 1, ...data }, occurredAt: NOW });
    expect(state.phase).toBe(phase);
  });

  it('how often it was deferred, and that it was given up after five days', () => {
    const deferred = (attempt: number, at: string): NotificationCommand[] => [
      { ...start, at },
      { ...result(because('deferred'), attempt, 1), at } as NotificationCommand,
    ];
    const end = '2026-01-10T08:00:00.000Z';
    const before = '2026-01-10T07:59:59.999Z';
    const { state, facts } = story(raise, ...deferred(1, NOW), ...deferred(2, before));
    expect(state).toMatchObject({ phase: 'waiting', deferrals: 2 });
    expect(facts.at(-1)?.data).toMatchObject({ nextAttemptAt: end });
    const given = story(raise, ...deferred(1, NOW), ...deferred(2, before), ...deferred(3, end));
    expect(given.facts.at(-1)).toEqual({
      type: 'GivenUp',
      data: { ...ref, attempt: 3, about: 'mail', reason: 'Given up after 3 attempts. The last: 4xx' },
      occurredAt: end,
    });
    expect(given.state.phase).toBe('given-up');
  });

  it('that it was given up without a further attempt, once it is due for too long and not before', () => {
    const giveUp = (at: string): NotificationCommand => ({
      ...{ type: 'GiveUp', data: ref, giveUpAfter: FIVE_DAYS, at },
    });
    const end = '2026-01-10T08:00:00.000Z';
    const resend: NotificationCommand = {
      ...{ type: 'Resolve', data: { ...ref, as: 'resend', reason: 'because', by: 'grace' }, at: NOW },
    };
    expect(story(raise, giveUp('2026-01-10T07:59:59.999Z')).facts).toHaveLength(2);
    expect(last(raise, giveUp(end))).toEqual({
      type: 'GivenUp',
      data: {
        ...{ ...ref, attempt: 0 },
        reason:
          'Given up without an attempt: the mail server could not be used, or sending was held, until it had been due for too long.',
      },
      occurredAt: end,
    });
    expect(last(raise, start, result(because('deferred')), giveUp(end))?.data).toMatchObject({
      reason: 'Given up after 1 attempt: it has been due for too long.',
    });
    expect(last(raise, start, result(because('unknown')), resend, giveUp(end))?.data).toMatchObject({
      reason: expect.stringMatching(/^Given up before it was sent again: the mail server could not be used/),
    });
    for (const before of [[], [withhold], [raise, start], [raise, start, result(accepted)]])
      expect(story(...before, giveUp(end)).facts).toEqual(story(...before).facts);
  });

  it('a refusal before anything left, without a start; and once, where two instances have tried', () => {
    const rejected = story(raise, result(because('rejected')), result(because('rejected')));
    expect(rejected.facts.map(({ type }) => type)).toEqual([
      'NotificationRaised',
      'ContentFrozen',
      'Rejected',
    ]);
    expect(rejected.state).toMatchObject({ phase: 'rejected', attempts: 1 });
    const deferred = story(raise, result(because('deferred')), result(because('deferred')));
    expect(deferred.facts).toHaveLength(3);
    expect(deferred.state).toMatchObject({ phase: 'waiting', attempts: 1, deferrals: 1 });
    for (const outcome of ['not-tried', 'unknown'] as const)
      expect(story(raise, result(because(outcome))).facts).toHaveLength(2);
  });

  it('the result of an attempt that another instance has started only for that instance', () => {
    const of = (startId: string) => ({ ...result(because('not-tried')), startId }) as NotificationCommand;
    const { state } = story(raise, start);
    expect(story(raise, start, of('other')).facts).toHaveLength(3);
    expect(story(raise, start, of(state.startId ?? '')).facts).toHaveLength(4);
  });

  it('no unexpected result', () => {
    expect(story(raise, result(accepted)).facts).toHaveLength(2);
    expect(story(raise, start, result(accepted, 2)).facts).toHaveLength(3);
    expect(story(raise, start, result(accepted), result(accepted)).facts).toHaveLength(4);
    expect(story(raise, start, result(because('deferred')), result(accepted)).facts).toHaveLength(4);
  });

  it('that an attempt was lost, once its lease has run out', () => {
    const lost = (at: string): NotificationCommand => ({ type: 'GiveUpLostSend', data: ref, at });
    expect(last(raise, start, lost(LEASE))).toEqual({
      type: 'OutcomeUnknown',
      data: {
        ...{ ...ref, attempt: 1 },
        reason:
          'The result of the attempt is not known: the mail server may have the mail. Look at its log before sending again.',
      },
      occurredAt: LEASE,
    });
    expect(story(raise, lost(LEASE)).facts).toHaveLength(2);
    expect(story(raise, start, lost('2026-01-05T08:14:59.999Z')).facts).toHaveLength(3);
    expect(last(raise, start, lost(LEASE), result(accepted))?.type).toBe('Accepted');
    expect(last(raise, start, lost(LEASE), result(because('unknown')))?.occurredAt).toBe(LEASE);
  });

  it('that it is withdrawn, while it waits', () => {
    const keep: NotificationCommand = { type: 'KeepBack', data: ref, reason: 'restored', at: NOW };
    expect(last(raise, keep)).toEqual({
      ...{ type: 'OutcomeUnknown', data: { ...ref, attempt: 0, reason: 'restored' }, occurredAt: NOW },
    });
    for (const before of [[], [withhold], [raise, start], [raise, start, result(accepted)]])
      expect(story(...before, keep).facts).toEqual(story(...before).facts);
  });
});
