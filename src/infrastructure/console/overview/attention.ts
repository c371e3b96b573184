import type { ClockStatus } from '../../../application/clock/get-clock-status.js';
import type { ShortfallReport } from '../../../application/coverage/get-shortfall.js';
import type { SendingStatus } from '../../../application/delivery/get-sending-status.js';
import type { HoldCause } from '../../../application/delivery/sending-hold.js';
import type { ChannelStatus, WorkersStatus } from '../../../application/operations/get-workers.js';
import type { HealthReport } from '../../../application/operations/health-report.js';
import { longDate } from '../kit/format.js';
import { at, href } from '../kit/href.js';
import { counted, type Tone, words } from '../kit/words.js';

/** Something that waits for a person. */
export interface Attention {
  readonly title: string;
  /** How many, or how it is. */
  readonly figure: string;
  readonly tone: Tone;
  readonly says: string;
  /** Where to act. */
  readonly href: string;
  readonly action: string;
}

/** What concerns the whole installation. */
export interface OperationsState {
  readonly health: HealthReport;
  /** Undefined while sending is not held. */
  readonly sending: SendingStatus | undefined;
  readonly clock: ClockStatus;
  readonly workers: WorkersStatus;
}

/** Mails whose outcome nobody knows. */
export interface Doubted {
  readonly count: number;
  /** Whether there are more than were counted. */
  readonly more: boolean;
}

const OPERATIONS = { href: at('operations'), action: 'Look at operations' };

/** All that waits for a person. @param operations undefined for those who may not see them. */
export const attentionOf = (
  doubted: Doubted,
  shortfall: ShortfallReport,
  operations: OperationsState | undefined,
): readonly Attention[] => {
  const doubts = doubted.count === 0 ? [] : [ofDoubts(doubted)];
  const missing = ofShortfall(shortfall);
  if (!operations) return [...doubts, ...missing];
  const { health, sending, clock, workers } = operations;
  // What is said better than by the health of these parts.
  const specific = new Map<string, readonly Attention[]>([
    ['sending', sending?.held ? [ofHold(sending)] : []],
    ['delivery', workers.channels.flatMap(ofChannel)],
    ['read-models', ofParked(workers)],
    ['clock', clock.trusted ? [] : [ofClock(clock)]],
    ['outcomes', doubts],
    ['coverage', missing],
  ]);
  const others = health.parts.filter(
    ({ part, status }) => status === 'down' || (status !== 'ok' && !specific.get(part)?.length),
  );
  return [...[...specific.values()].flat(), ...others.map(ofPart)];
};

const ofDoubts = ({ count, more }: Doubted): Attention => ({
  title: 'Outcomes in doubt',
  figure: more ? `${count}+` : `${count}`,
  tone: 'warn',
  says: 'Nobody knows whether these mails arrived. Compare with the log of the mail server, then say what became of each.',
  href: href(at('history'), { outcome: 'outcome-unknown' }),
  action: 'Resolve them',
});

const ofShortfall = ({ missing, more }: ShortfallReport): readonly Attention[] => {
  const [first] = missing;
  if (!first) return [];
  const { rule, partnerId, slotDate } = first;
  return [
    {
      title: 'Missing decisions',
      figure: `${missing.length + more}`,
      tone: 'bad',
      says: `The facts ask for decisions that were not made. The first is “${words(rule)}” of ${longDate(slotDate)} at ${partnerId}.`,
      href: href(at('coverage'), { date: slotDate, state: 'shortfall' }),
      action: 'See who was missed',
    },
  ];
};

const ofHold = ({ why = 'not-checked', reason, begunSince, more }: SendingStatus): Attention => ({
  title: 'Sending is held',
  figure: begunSince.length > 0 ? counted(begunSince.length, more ? 'mail or more' : 'mail') : 'Held',
  tone: 'warn',
  says: `${HELD[why]}${reason ? ` Reason: ${reason}` : ''}`,
  href: at('operations'),
  action: 'Release sending',
});

const HELD: Readonly<Record<HoldCause, string>> = {
  operator: 'An operator holds it: decisions go on, and mails wait.',
  'log-restored': 'The log was restored or replaced. Say which of the mails sent since are to go again.',
  'record-lost':
    'Records that can hold sending were damaged or removed. Find out whether sending was held, and whether the log was restored.',
  'not-checked': 'Herald compares the log with the last mail that it sent; mails wait until then.',
};

const ofChannel = ({ channel, relay, heldSenders }: ChannelStatus): readonly Attention[] => [
  ...(relay.state === 'closed'
    ? []
    : [
        {
          ...OPERATIONS,
          title: 'The mail server fails',
          figure: words(channel),
          tone: 'bad' as const,
          says: `Mails wait, and go out by themselves once it works. It said: ${relay.reason ?? 'nothing.'}`,
        },
      ]),
  ...(heldSenders.length === 0
    ? []
    : [
        {
          ...OPERATIONS,
          title: 'Held senders',
          figure: `${heldSenders.length}`,
          tone: 'bad' as const,
          says: `Mail providers refuse ${namesOf(heldSenders.map(({ sender }) => sender))}, so these mails wait. Mend the set-up of the sender: SPF, DKIM, DMARC.`,
        },
      ]),
];

/** How many names one sentence has. */
const NAMES = 3;

const namesOf = (names: readonly string[]): string =>
  names.length <= NAMES
    ? names.join(', ')
    : `${names.slice(0, NAMES).join(', ')} and ${names.length - NAMES} more`;

const ofParked = ({ readModels }: WorkersStatus): readonly Attention[] => {
  const parked = readModels.filter((one) => one.parked > 0);
  if (parked.length === 0) return [];
  return [
    {
      title: 'Parked documents',
      figure: `${parked.reduce((sum, one) => sum + one.parked, 0)}`,
      tone: 'warn',
      says: `An event cannot be applied to these documents of ${namesOf(parked.map(({ projection }) => projection))}, so they are out of date. Retry, or skip the event.`,
      href: at('projections'),
      action: 'Look at projections',
    },
  ];
};

const ofClock = ({ now, expected, needsConfirmation }: ClockStatus): Attention => ({
  ...OPERATIONS,
  title: 'The clock is in doubt',
  figure: 'No decisions',
  tone: 'bad',
  says: `It says ${now}, and about ${expected ?? 'another time'} was expected. ${needsConfirmation ? 'If it is right, confirm it.' : 'A second reading in a minute confirms it.'}`,
});

const ofPart = ({ part, status, says = '' }: HealthReport['parts'][number]): Attention => ({
  ...OPERATIONS,
  title: words(part),
  figure: words(status),
  tone: status === 'down' ? 'bad' : 'warn',
  says,
});
