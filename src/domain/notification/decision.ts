import type { PostRange } from '../approval-queue/post-ranges.js';
import type { Slot } from '../calendar/calendar.js';
import type { Cause } from '../kernel/event.js';
import type { UnreachedReason } from '../rules/shared/escalation.js';
import type { Seen } from '../rules/shared/facts.js';
import type { RuleId } from '../rules/shared/rule-id.js';
import type { Condition, Recipient, Subject } from '../rules/shared/verdict.js';

/** A notification that did not reach its recipient. */
export interface Undelivered {
  readonly notificationId: string;
  readonly userId: string;
  readonly outcome: UnreachedReason | 'sender-refused';
  /** They own the personal account that it is about. */
  readonly isOwner?: boolean;
  /** Their name and address, as they were. */
  readonly name: string;
  readonly address: string;
  /** The address that the mail comes from. */
  readonly sender: string;
  /** What the mail server, or the person who abandoned it, said. */
  readonly reply?: string;
}

/** What is recorded of a decision, raised or withheld: enough to explain it years later. */
export interface Decision {
  readonly notificationId: string;
  readonly rule: RuleId;
  readonly ruleVersion: number;
  readonly subject: Subject;
  readonly partnerId: string;
  readonly solutionId: string;
  readonly recipient: Recipient;
  /** Addressed to the escalation contact because none of the partner's people can be reached. */
  readonly escalation: boolean;
  readonly slot: Slot;
  /** How long after its slot the decision was made, in milliseconds. */
  readonly lateBy: number;
  readonly conditions: readonly Condition[];
  readonly causes: readonly Cause[];
  /** The number of the last post that a digest covers. */
  readonly upTo?: number;
  readonly requestId?: string;
  /** The numbers of the posts that were new to the reader of a digest; absent in old logs. */
  readonly covers?: readonly PostRange[];
  /** The notification in whose place it is: it was superseded, and this is due instead, for the same slot. */
  readonly instead?: string;
  /** To the escalation contact: the notification that did not reach this person. */
  readonly undelivered?: Undelivered;
  /** The facts that it was made on: events that were recorded meanwhile are not among them. Absent in old logs. */
  readonly seen?: Seen;
  /** Made on a test clock. */
  readonly test: boolean;
}

/** The texts of a message by name: `subject`, `html` and `text` of a mail. */
export type Parts = Readonly<Record<string, string>>;

/** The content as it was rendered once, for one channel. */
export interface RaisedContent {
  readonly template: string;
  readonly locale: { readonly requested: string; readonly used: string };
  readonly contentHash: string;
  /** What it is about in one line; absent if the channel has no such line. */
  readonly subjectLine?: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly parts: Parts;
  /** The one-click unsubscribe page, for digests. */
  readonly unsubscribeUrl?: string;
}
