import type { NotificationDetails } from '../../../application/audit/history/get-notification.js';
import type { HistoryOutcome } from '../../../application/read-models/history/history.js';
import { type Tone, toneOf, words } from '../kit/words.js';

/** A state in the life of a notification. */
export interface State {
  readonly label: string;
  /** What it means. */
  readonly says: string;
  /** Of the current state. */
  readonly tone: Tone;
  readonly isCurrent: boolean;
  /** The notification is or was in it. */
  readonly wasIn: boolean;
}

/** States of which a notification is in one at a time, before it goes on to the next stage. */
export interface Stage {
  readonly label: string;
  readonly states: readonly State[];
}

/** Every notification that is not withheld was raised. */
type StateId = HistoryOutcome | 'raised';

type Meaning = readonly [state: StateId, says: string];

const STAGES: readonly (readonly [label: string, states: readonly Meaning[]])[] = [
  [
    'Decided',
    [
      ['raised', 'All conditions held: the mail was written, word for word as it is sent.'],
      ['withheld', 'There was an occasion, and a reason not to send it. Nothing was sent.'],
    ],
  ],
  [
    'Waiting',
    [
      ['pending', 'It is sent next.'],
      ['deferred', 'An attempt failed, or could not be made. It is tried again.'],
      ['superseded', 'It was no longer due before it was sent, so it was not sent.'],
      ['given-up', 'It was tried for too long. It is not sent any more.'],
    ],
  ],
  [
    'Sending',
    [
      ['sending', 'The mail server is being given the mail.'],
      ['outcome-unknown', 'The mail server may have it or not: a person has to look.'],
      ['abandoned', 'A person said that it did not arrive, and is not to be sent again.'],
    ],
  ],
  [
    'Answered',
    [
      ['accepted', 'The mail server has taken the mail.'],
      ['rejected', 'The mail server refused the mail for good.'],
    ],
  ],
  [
    'Reported',
    [
      ['delivered', 'It is in the mailbox, as the provider or a person reported.'],
      ['bounced', 'It came back.'],
      ['complained', 'The recipient reported it as spam.'],
    ],
  ],
];

const STATES_OF_EVENTS: Readonly<Record<string, StateId>> = {
  NotificationRaised: 'raised',
  NotificationWithheld: 'withheld',
  SendStarted: 'sending',
  Deferred: 'deferred',
  Superseded: 'superseded',
  GivenUp: 'given-up',
  OutcomeUnknown: 'outcome-unknown',
  Accepted: 'accepted',
  Rejected: 'rejected',
  Delivered: 'delivered',
  Bounced: 'bounced',
  Complained: 'complained',
};

/** All states, by stage: the current one, and those that the notification was in. */
export const lifeOf = ({
  outcome,
  trail,
}: Pick<NotificationDetails, 'outcome' | 'trail'>): readonly Stage[] => {
  const been = new Set<StateId | undefined>([outcome, ...trail.map(({ type }) => STATES_OF_EVENTS[type])]);
  return STAGES.map(([label, states]) => ({
    label,
    states: states.map(([state, says]) => ({
      ...{ label: words(state), says },
      tone: state === outcome ? toneOf(state) : '',
      isCurrent: state === outcome,
      wasIn: been.has(state),
    })),
  }));
};
