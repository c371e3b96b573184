import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../ports/event-store.js';
import { OUTCOMES } from '../../read-models/history/history.js';
import { whySentence } from '../sentences.js';
import type { Trail } from './notification-trail.js';
import { whatBecame } from './outcome-sentences.js';

const ID = '0b0c7f52-6a3c-5a55-9d3f-7a1c1a2b3c4d';

const decision = {
  ...{
    notificationId: ID,
    rule: 'account-expired',
    ruleVersion: 1,
    partnerId: 'linden',
    solutionId: 'aurora',
  },
  subject: { kind: 'socialAccount', id: 'fb' },
  recipient: {
    ...{ userId: 'greta', name: 'Greta', locale: 'en' },
    address: { channel: 'email', value: 'greta@linden.example' },
  },
  ...{ escalation: false, lateBy: 0, causes: [], test: false },
  slot: { key: 'k', date: '2026-03-02', at: '2026-03-02T08:00:00.000Z', zone: 'Europe/Berlin' },
  conditions: [
    {
      name: 'authorisation-has-ended',
      holds: true,
      says: 'The authorisation ended: the session was ended..',
    },
  ],
};

type Step = readonly [type: string, data?: Readonly<Record<string, unknown>>];

/** What a notification is after these events, one a minute from 09:00 in Berlin. */
const trailOf = (...steps: readonly Step[]): Trail => {
  const events = [['NotificationRaised', decision] as Step, ...steps].map(
    ([type, data = {}], n) =>
      ({
        ...{ id: `e${n}`, type, stream: `notification-${ID}`, revision: n, position: `${n}` },
        data: { notificationId: ID, attempt: 1, ...data },
        metadata: {
          occurredAt: `2026-03-02T08:0${n}:00.000Z`,
          recordedAt: `2026-03-02T08:0${n}:00.000Z`,
          actor: 'delivery',
        },
      }) as unknown as StoredEvent,
  );
  return { decided: events[0] as StoredEvent, decision, events } as unknown as Trail;
};

const sent: Step = ['SendStarted', { attempt: 1 }];
const unknown: Step = ['OutcomeUnknown', { reason: 'No answer after the body.' }];
const resolved = (as: string): Step => ['OutcomeResolved', { as, by: 'Olga', reason: 'Seen in the log.' }];

const TRAILS: readonly (readonly [outcome: string, isNotified: boolean, says: string, trail: Trail])[] = [
  ['pending', false, 'The message has not been sent yet.', trailOf()],
  [
    ...(['pending', false] as const),
    'Whether an earlier attempt arrived is not known; Olga asked at 2026-03-02 09:03 (Europe/Berlin) for another one: Seen in the log.',
    trailOf(sent, unknown, resolved('resend')),
  ],
  [
    ...(['sending', false] as const),
    'Attempt 1 began at 2026-03-02 09:01 (Europe/Berlin), and has no result yet.',
    trailOf(sent),
  ],
  [
    ...(['accepted', true] as const),
    'The mail server accepted the message at 2026-03-02 09:02 (Europe/Berlin): 250 2.0.0 queued.',
    trailOf(sent, ['Accepted', { reply: '250 2.0.0 queued' }]),
  ],
  [
    ...(['deferred', false] as const),
    'The message has not been sent: the last attempt failed at 2026-03-02 09:02 (Europe/Berlin): 451 later. It is tried again at 2026-03-02 09:07 (Europe/Berlin).',
    trailOf(sent, ['Deferred', { reason: '451 later', nextAttemptAt: '2026-03-02T08:07:00.000Z' }]),
  ],
  [
    ...(['deferred', false] as const),
    'The message has not been sent: the last attempt failed at 2026-03-02 09:02 (Europe/Berlin): the relay is away. The message waits, and no attempt is used up.',
    trailOf(sent, [
      'Deferred',
      { reason: 'the relay is away.', nextAttemptAt: '2026-03-02T08:02:00.000Z', notTried: true },
    ]),
  ],
  [
    ...(['rejected', false] as const),
    'The message was refused at 2026-03-02 09:02 (Europe/Berlin): 550 5.7.1 no.',
    trailOf(sent, ['Rejected', { reason: '550 5.7.1 no.' }]),
  ],
  [
    ...(['rejected', false] as const),
    'Herald gave the message up at 2026-03-02 09:02 (Europe/Berlin) after 1 attempt: Given up after 8 attempts.',
    trailOf(sent, ['Rejected', { reason: 'Given up after 8 attempts.' }]),
  ],
  [
    ...(['outcome-unknown', false] as const),
    "Whether the message arrived is not known: No answer after the body (2026-03-02 09:02 (Europe/Berlin)). Look at the mail server's log, then resolve it.",
    trailOf(sent, unknown),
  ],
  [
    ...(['abandoned', false] as const),
    'Whether the message arrived was not known, and Olga abandoned it at 2026-03-02 09:03 (Europe/Berlin): Seen in the log.',
    trailOf(sent, unknown, resolved('abandoned')),
  ],
  [
    ...(['delivered', true] as const),
    'The message was delivered, as Olga found at 2026-03-02 09:03 (Europe/Berlin): Seen in the log.',
    trailOf(sent, unknown, resolved('delivered')),
  ],
  [
    ...(['delivered', true] as const),
    'The message was delivered, as reported at 2026-03-02 09:03 (Europe/Berlin).',
    trailOf(sent, ['Accepted', { reply: '250' }], ['Delivered', { source: 'ses' }]),
  ],
  [
    ...(['bounced', false] as const),
    'The message came back, as reported at 2026-03-02 09:03 (Europe/Berlin): 5.1.1 unknown user.',
    trailOf(sent, ['Accepted', { reply: '250' }], ['Bounced', { hard: true, reason: '5.1.1 unknown user' }]),
  ],
  [
    ...(['complained', true] as const),
    'The message was delivered, and reported as spam at 2026-03-02 09:03 (Europe/Berlin).',
    trailOf(sent, ['Accepted', { reply: '250' }], ['Complained', {}]),
  ],
  [
    ...(['superseded', false] as const),
    'The message was no longer due at 2026-03-02 09:01 (Europe/Berlin), and was not sent: it was renewed.',
    trailOf(['Superseded', { attempt: 0, reason: 'it was renewed.' }]),
  ],
  [
    ...(['given-up', false] as const),
    'Herald gave the message up at 2026-03-02 09:02 (Europe/Berlin) after 1 attempt: five days have passed.',
    trailOf(sent, ['GivenUp', { reason: 'five days have passed.' }]),
  ],
];

describe('What became of a notification', () => {
  it.each(TRAILS)('that is %s: notified %s, %s', (outcome, isNotified, says, trail) => {
    expect(whatBecame(trail)).toEqual({ outcome, isNotified, says });
    const sentence = whySentence(trail);
    expect(sentence.includes('was notified')).toBe(isNotified);
    expect(sentence.includes('it was decided to notify Greta')).toBe(!isNotified);
    expect(sentence).toContain(', because the authorisation ended: the session was ended. ');
    expect(sentence.endsWith(says)).toBe(true);
    expect(sentence).not.toMatch(/\.\.|undefined|\btold\b/);
  });

  it('is told in every state', () => {
    const states = new Set<string>(TRAILS.map(([outcome]) => outcome));
    expect(OUTCOMES.filter((outcome) => outcome !== 'withheld' && !states.has(outcome))).toEqual([]);
  });
});
