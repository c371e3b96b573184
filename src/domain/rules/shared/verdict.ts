import type { Slot } from '../../calendar/calendar.js';
import type { Address } from '../../channels/address.js';
import type { Cause, Instant } from '../../kernel/event.js';
import { toMillis } from '../../kernel/instant.js';
import type { WithheldReason } from './reasons.js';
import type { RuleId } from './rule-id.js';

/** One requirement. `says` is a full sentence for an auditor, whether it holds or not. */
export interface Condition {
  readonly name: string;
  readonly holds: boolean;
  readonly says: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  /** If it does not hold, the decision is withheld for this reason. Without a reason there is no occasion at all. */
  readonly withholds?: WithheldReason;
}

/** Somebody a notification goes to, or would go to, and on which channel. */
export interface Recipient {
  /** A partner user, or `*escalation` or `*nobody`. */
  readonly userId: string;
  readonly name: string;
  readonly address: Address;
  readonly locale: string;
}

/** One person on one channel, and their own conditions; notified if all of them hold. */
export interface AudienceMember extends Recipient {
  readonly isNotified: boolean;
  readonly reason?: WithheldReason;
  readonly conditions: readonly Condition[];
  /** Since when it concerns them. Absent: since before the slot. */
  readonly since?: Instant;
}

/** What a notification is about. */
export interface Subject {
  readonly kind: 'socialAccount' | 'approvalQueue';
  readonly id: string;
}

/** A rule's complete answer: whether a decision is due, for which slot, for whom, and why or why not. */
export interface Verdict {
  readonly rule: RuleId;
  readonly ruleVersion: number;
  readonly subject: Subject;
  /** Whether a decision has to be recorded now. */
  readonly due: boolean;
  /** The first slot without a decision, past or future. */
  readonly slot?: Slot;
  /** How long ago the slot was, in milliseconds. */
  readonly lateBy: number;
  /** If due: withheld for everybody, for this reason. */
  readonly reason?: WithheldReason;
  readonly conditions: readonly Condition[];
  readonly audience: readonly AudienceMember[];
  /** Since when Herald knows whom it concerns, or that nobody can be notified. Absent: since before the slot. */
  readonly audienceSince?: Instant;
  readonly causes: readonly Cause[];
  /** About a queue: the reader of the digest; `*` where nobody wants any. */
  readonly userId?: string;
  /** The Send Now that it answers, if any. */
  readonly requestId?: string;
}

/** A verdict for which a decision has to be recorded. */
export interface DueVerdict extends Verdict {
  readonly slot: Slot;
}

/** Whether a decision has to be recorded now. */
export const isDue = (verdict: Verdict): verdict is DueVerdict => verdict.due && verdict.slot !== undefined;

/** Whether there is an occasion: all conditions hold, except those that withhold. */
const isOccasion = (conditions: readonly Condition[]): boolean =>
  conditions.every(({ holds, withholds }) => holds || withholds !== undefined);

/** The reason of the first condition that withholds. */
const withheldBy = (conditions: readonly Condition[]): WithheldReason | undefined =>
  conditions.find(({ holds, withholds }) => !holds && withholds !== undefined)?.withholds;

/** A condition with a sentence for either result. */
export const condition = (
  name: string,
  holds: boolean,
  [yes, no]: readonly [string, string],
  more: { readonly facts?: Readonly<Record<string, unknown>>; readonly withholds?: WithheldReason } = {},
): Condition => ({ name, holds, says: holds ? yes : no, ...more });

/** The verdict that follows from conditions, at a moment. */
export const verdictOf = (
  found: Omit<Verdict, 'due' | 'slot' | 'lateBy' | 'reason'> & { readonly slot: Slot | undefined },
  now: Instant,
): Verdict => {
  const { slot, ...rest } = found;
  const due = isOccasion(found.conditions);
  const reason = due ? withheldBy(found.conditions) : undefined;
  return {
    ...rest,
    due,
    ...(slot ? { slot } : {}),
    lateBy: latenessOf(slot, now),
    ...(reason ? { reason } : {}),
  };
};

/** How late a due notification is for somebody whom it concerns only since a moment, in milliseconds. */
export const latenessFor = ({ slot, lateBy }: Verdict, since: Instant | undefined): number =>
  slot && since && since > slot.at ? Math.max(0, lateBy - (toMillis(since) - toMillis(slot.at))) : lateBy;

/** How long ago a slot was, in milliseconds; 0 if it is in the future. */
export const latenessOf = (slot: Slot | undefined, now: Instant): number =>
  slot ? Math.max(0, toMillis(now) - toMillis(slot.at)) : 0;
