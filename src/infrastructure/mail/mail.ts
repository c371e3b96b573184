import type { FeedbackMark } from '../../application/feedback/feedback-marks.js';
import type {
  LostMessage,
  MayStart,
  Message,
  MessageModel,
  SendResult,
} from '../../application/ports/channel.js';

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

/** The mail of a message of the e-mail channel. */
export const mailOf = ({ parts, ...message }: Message, mark: FeedbackMark): Mail => {
  const { subject = '', html = '', text = '' } = parts;
  return { ...message, subject, html, text, mark };
};

/** A mail whose attempt was lost with its sender. */
export type LostMail = LostMessage & Pick<Mail, 'mark'>;

export abstract class MailTransport {
  /** One attempt at one mail. Never throws for what a server does: that is an outcome. Calls `mayStart` once, unless it ends before. */
  abstract send(mail: Mail, mayStart: MayStart): Promise<SendResult>;
  /** What became of an attempt whose sender was lost; undefined where nobody can know. */
  async outcomeOf(_mail: LostMail): Promise<SendResult | undefined> {
    return undefined;
  }
  /** How many mails may be under way at once. */
  abstract readonly concurrency: number;
  /** Ends idle connections. */
  abstract close(): Promise<void>;
}
