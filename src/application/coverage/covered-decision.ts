import type { Instant } from '../../domain/kernel/event.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import type { HistoryEntry } from '../read-models/history/history.js';
import type { ExpectedDecision } from './expected-decisions.js';

type Outcome = HistoryEntry['outcome'];

/** What became of a decision that the facts asked for. The name of a count is the name of the state that it counts. */
export const COVERAGE_STATES = [
  'expected',
  'decided',
  'raised',
  'withheld',
  'missed',
  'waiting',
  'sent',
  'delivered',
  'unknown',
  'undelivered',
  'superseded',
  'planned',
  'due',
  'lapsed',
  'coalesced',
  'shortfall',
] as const;

export type CoverageState = (typeof COVERAGE_STATES)[number];

/** Why there is no decision: its time is still to come, or it is not late yet, or its reason ended, or it came later, or never. */
export type Undecided = 'planned' | 'due' | 'lapsed' | 'coalesced' | 'shortfall';

/** One expected decision, and what is on record of it. */
export interface CoveredDecision {
  readonly notificationId: string;
  readonly rule: RuleId;
  readonly solutionId: string;
  readonly partnerId: string;
  readonly accountId?: string | undefined;
  readonly recipientId: string;
  readonly recipientName: string;
  readonly slotAt: Instant;
  readonly slotDate: string;
  readonly slotZone: string;
  readonly undecided?: Undecided | undefined;
  /** The later digest that covers it. */
  readonly coveredBy?: string | undefined;
  readonly decision?: HistoryEntry['decision'] | undefined;
  /** Why it was withheld. */
  readonly reason?: HistoryEntry['reason'];
  readonly outcome?: Outcome | undefined;
  readonly decidedAt?: Instant | undefined;
}

/** An expected decision that is on record. */
export const decidedAs = (
  expected: ExpectedDecision,
  { notificationId, decision, reason, outcome, decidedAt }: Omit<HistoryEntry, 'position'>,
): CoveredDecision => ({ ...identityOf(expected), notificationId, decision, reason, outcome, decidedAt });

/** An expected decision that is not on record. */
export const undecidedAs = (
  expected: ExpectedDecision,
  undecided: Undecided,
  coveredBy?: string,
): CoveredDecision => ({ ...identityOf(expected), undecided, coveredBy });

const identityOf = ({
  slot,
  reason: _,
  idAt: __,
  idInSlot: ___,
  ...identity
}: ExpectedDecision): CoveredDecision => ({
  ...identity,
  ...{ slotAt: slot.at, slotDate: slot.date, slotZone: slot.zone },
});

type Progress = Extract<
  CoverageState,
  'waiting' | 'sent' | 'delivered' | 'unknown' | 'undelivered' | 'superseded'
>;

/** How far a raised notification is. A mail that bounced was taken by the mail server, and is undelivered. */
const PROGRESS: Readonly<Record<Outcome, readonly Progress[]>> = {
  pending: ['waiting'],
  sending: ['waiting'],
  deferred: ['waiting'],
  accepted: ['sent'],
  delivered: ['sent', 'delivered'],
  complained: ['sent', 'delivered'],
  bounced: ['sent', 'undelivered'],
  rejected: ['undelivered'],
  'given-up': ['undelivered'],
  abandoned: ['undelivered'],
  'outcome-unknown': ['unknown'],
  superseded: ['superseded'],
  withheld: [],
};

/** All states of an expected decision. */
export const statesOf = ({
  undecided,
  decision,
  reason,
  outcome,
}: CoveredDecision): readonly CoverageState[] => {
  if (undecided) return ['expected', undecided];
  if (decision === 'withheld')
    return ['expected', 'decided', 'withheld', ...(reason === 'missed' ? (['missed'] as const) : [])];
  return ['expected', 'decided', 'raised', ...(outcome ? PROGRESS[outcome] : [])];
};
