import type { ChannelName } from '../../domain/channels/address.js';
import type { Instant } from '../../domain/kernel/event.js';
import type { AttemptResult } from '../../domain/notification/attempt-result.js';
import type { Parts } from '../../domain/notification/decision.js';
import type { Escalation } from '../../domain/rules/shared/escalation.js';
import type { NotificationContent } from '../../domain/rules/shared/notification-content.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';

/** The content of a message, whatever the channel. Rendered once, then frozen. */
export interface MessageModel extends NotificationContent {
  readonly rule: RuleId;
  /** The requested locale, e.g. `de-AT`; the used one may be a fallback, and is recorded. */
  readonly locale: string;
  /** When it is raised; "in 12 days" counts from here. */
  readonly now: Instant;
  readonly recipient: { readonly name: string };
  readonly partner: { readonly partnerId: string; readonly name: string; readonly timeZone: string };
  readonly solution: Pick<SolutionSettings, 'name' | 'baseUrl' | 'accountUrl' | 'postUrl' | 'branding'>;
  /** Addressed to the solution's escalation contact: who was not reached, and why. */
  readonly escalation?: Escalation;
  /** Herald runs on a test clock: the message says so. */
  readonly test: boolean;
  /** If sent after its slot: by how much, and why. */
  readonly late?: { readonly slotAt: Instant; readonly minutes: number };
  /** The digest's one-click unsubscribe page (RFC 8058), if there is one. */
  readonly unsubscribeUrl?: string;
}

/** A message as a channel has rendered it. */
export interface RenderedContent {
  readonly parts: Parts;
  /** What it is about in one line, for lists; absent if the channel has none. */
  readonly subjectLine?: string;
  readonly locale: { readonly requested: string; readonly used: string };
  /** Name and version of the template, e.g. `account-expired@1`. */
  readonly template: string;
  /** SHA-256 in hex over the parts. */
  readonly contentHash: string;
}

/** One attempt at one message. */
export interface Message {
  readonly notificationId: string;
  readonly rule: RuleId;
  readonly attempt: number;
  /** When it was decided: the same at every attempt. */
  readonly raisedAt: Instant;
  readonly date: Instant;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  readonly parts: Parts;
  readonly locale: string;
  /** Digests only: each solution has a list of its own, with a one-click page for each recipient. */
  readonly list?: { readonly solutionId: string; readonly unsubscribeUrl: string };
}

/** A message whose attempt was lost with its sender. */
export type LostMessage = Pick<Message, 'notificationId' | 'rule' | 'raisedAt' | 'from'>;

/** The result of an attempt. */
export type SendResult = AttemptResult;

/**
 * Called at the last moment at which an attempt can be dropped without a doubt (SMTP: after the server's 354, before the first byte
 * of the body). Records that the attempt starts.
 * @returns whether to go on; if not, nothing of the message may leave, and the result of the attempt is ignored.
 * @throws what the event store throws; the attempt is dropped then.
 */
export type MayStart = () => Promise<boolean>;

/** A way to reach people: it renders messages and sends them. */
export abstract class Channel {
  abstract readonly name: ChannelName;
  /** How many messages may be in flight at once. */
  abstract readonly concurrency: number;
  /** Renders a message, by its rule. Pure: the same model, the same parts. */
  abstract render(model: MessageModel): RenderedContent;
  /**
   * Makes one attempt at one message. Never throws for a server's behaviour: that is an outcome. Calls `mayStart` once, unless the
   * attempt ends before.
   */
  abstract send(message: Message, mayStart: MayStart): Promise<SendResult>;
  /**
   * What became of an attempt whose sender was lost, for a channel that can look it up: `accepted`, or `not-tried` where nothing left.
   * @returns undefined where nobody can know.
   */
  async outcomeOf(_message: LostMessage): Promise<SendResult | undefined> {
    return undefined;
  }
  /** Closes idle connections. */
  abstract close(): Promise<void>;
}
