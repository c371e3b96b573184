import type { FeedbackMark } from '../../application/feedback/feedback-marks.js';
import type { MayStart, Message, MessageModel, SendResult } from '../../application/ports/channel.js';

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly locale: { readonly requested: string; readonly used: string };
  /** Name and version of the template, e.g. `account-expired@1`. */
  readonly template: string;
  /** SHA-256 in hex over subject, HTML and text. */
  readonly contentHash: string;
}

export abstract class MailRenderer {
  /** Subject, HTML and text of a mail, by its rule's template. */
  abstract render(model: MessageModel): RenderedMail;
}

export interface Mail extends Omit<Message, 'parts'> {
  /** What feedback about it is recognised by. */
  readonly mark?: FeedbackMark;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export abstract class MailTransport {
  /** One attempt at one mail. Never throws for what a server does: that is an outcome. Calls `mayStart` once, unless it ends before. */
  abstract send(mail: Mail, mayStart: MayStart): Promise<SendResult>;
  /** How many mails may be under way at once. */
  abstract readonly concurrency: number;
  /** Ends idle connections. */
  abstract close(): Promise<void>;
}
