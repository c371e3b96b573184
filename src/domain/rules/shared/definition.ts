import type { DigestRequest } from '../../approval-queue/queue-state.js';
import type { Slot } from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import type { SocialAccountState } from '../../social-account/social-account.js';
import type { AccountFacts, QueueFacts } from './facts.js';
import type { NotificationContent } from './notification-content.js';
import type { Plan } from './plan.js';
import type { RuleId } from './rule-id.js';
import type { Condition, Verdict } from './verdict.js';

/** What every notification has, whatever it is about. */
interface Definition<Id extends RuleId> {
  /** Never changes: the ids of recorded notifications derive from it. */
  readonly id: Id;
  /** Recorded with each decision. Raise it with every change of what is decided, or why. */
  readonly version: number;
  /** Its name in words. */
  readonly title: string;
  /** Its letter in a timeline. */
  readonly letter: string;
  /** The conditions that explain best why somebody was notified, most important first. All others always hold then. */
  readonly telling: readonly [string, ...string[]];
  /** The conditions about the moment of a slot: they are not asked again before an attempt, because the slot was decided. */
  readonly timing: readonly string[];
  /**
   * Facts of its conditions that its message tells, each with words for it: if one has changed before the message is sent, the
   * message is no longer true.
   */
  readonly essential: Readonly<Record<string, string>>;
  /** What it reports, as a clause after "that". */
  topic(conditions: readonly Condition[]): string;
}

/** A notification about a social account. */
export interface AccountNotification<Id extends RuleId = RuleId> extends Definition<Id> {
  readonly subject: 'socialAccount';
  /**
   * The first slot without a decision, past or future; undefined if none is planned. Never later than the moment from which
   * `decide` is due.
   * @param days how long before its end an authorisation is about to expire; default: 20.
   */
  nextSlot(account: SocialAccountState, plan: Plan | undefined, days?: number): Slot | undefined;
  /** Whether a decision is due, for which slot, for whom, and why or why not. */
  decide(facts: AccountFacts, now: Instant, days?: number): Verdict;
  /** Why this person is, or is not, among its recipients, at a slot if there is one. */
  personConditions(facts: AccountFacts, userId: string, slot?: Slot): readonly Condition[];
  /** What it reports. @throws HeraldError `account-unknown` for an account about which nothing can be due. */
  content(facts: AccountFacts, now: Instant): NotificationContent;
}

/** The reader of a digest; `*` where nobody wants any. */
export interface Reader {
  readonly userId: string;
  /** The Send Now that it answers, if any. */
  readonly request?: DigestRequest | undefined;
}

/** A notification about a partner's approval queue. */
export interface QueueNotification<Id extends RuleId = RuleId> extends Definition<Id> {
  readonly subject: 'approvalQueue';
  /**
   * `digest`: at the slots of each person's rhythm, or at once for a Send Now, it lists what is new to them and moves their
   * cursor; they may unsubscribe from it. There is exactly one. `answer`: it only answers a Send Now.
   */
  readonly kind: 'digest' | 'answer';
  /** Whether a decision is due, for which slot, for whom, and why or why not. */
  decide(facts: QueueFacts, reader: Reader, now: Instant): Verdict;
  /** What it reports to a reader. */
  content(facts: QueueFacts, userId: string, now: Instant): NotificationContent;
}

/** A notification of either kind of subject. */
export type NotificationDefinition = AccountNotification | QueueNotification;
