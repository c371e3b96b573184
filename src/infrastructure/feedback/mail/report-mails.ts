import type { Email } from 'postal-mime';
import type { FeedbackMarks } from '../../../application/feedback/feedback-marks.js';
import type { Clock } from '../../../application/ports/clock.js';
import {
  FeedbackProvider,
  type FeedbackReport,
  type FeedbackRequest,
} from '../../../application/ports/feedback-provider.js';
import {
  MAX_DSN_RECIPIENTS,
  MAX_REPORT_HEADER_BYTES,
  MAX_REPORT_LINES,
  MAX_REPORT_PARTS,
} from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { Feedback } from '../../../domain/notification/feedback.js';
import { isAboutAddress, momentIn, said, statusIn } from '../said.js';
import { headerOf, parsed, returnedNotification } from './returned-mail.js';

/**
 * Reports that come as mails: delivery status notifications (RFC 3464) and abuse reports (RFC 5965). Anybody can write such a mail, so
 * only those count that return the token of the mail that they are about.
 */
export class ReportMails extends FeedbackProvider {
  override readonly source = 'mail' as const;

  constructor(
    private readonly marks: FeedbackMarks,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** The reports of one mail; none for a mail that is no report. */
  override async read({ body }: FeedbackRequest): Promise<readonly FeedbackReport[]> {
    try {
      return await this.#read(body);
    } catch {
      throw new HeraldError(
        'invalid-request',
        `The body cannot be read as a report: send one mail as message/rfc822, with at most ${MAX_REPORT_LINES} lines, ${MAX_REPORT_PARTS} parts and ${MAX_REPORT_HEADER_BYTES} bytes of headers.`,
        'body',
      );
    }
  }

  async #read(body: FeedbackRequest['body']): Promise<readonly FeedbackReport[]> {
    const mail = await parsed(body);
    const feedback = await feedbackOf(mail);
    if (feedback.length === 0) return [];
    const at = momentIn(mail.date) ?? this.clock.now();
    const notificationId = await returnedNotification(mail, this.marks);
    return feedback.map((one) => ({ notificationId, at, feedback: one }));
  }
}

const feedbackOf = async (mail: Email): Promise<readonly (Feedback | undefined)[]> => {
  const found: (Feedback | undefined)[] = [];
  for (const { mimeType, content } of mail.attachments) {
    const text = textOf(content);
    if (mimeType === 'message/feedback-report') found.push(complaintOf(await parsed(text)));
    if (mimeType === 'message/delivery-status' || mimeType === 'message/global-delivery-status')
      found.push(...(await statusesOf(text)));
  }
  return found;
};

const textOf = (content: string | ArrayBuffer | Uint8Array): string =>
  typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString('utf8');

/** A group of fields about the message, then one for each recipient, with empty lines between. */
const statusesOf = async (text: string): Promise<readonly (Feedback | undefined)[]> => {
  const [, ...recipients] = text
    .replace(/\r\n?/g, '\n')
    .trim()
    .split(/\n[ \t]*\n+/);
  const groups = await Promise.all(recipients.slice(0, MAX_DSN_RECIPIENTS).map((group) => parsed(group)));
  return groups.map(statusOf);
};

const statusOf = (group: Email): Feedback | undefined => {
  const diagnostic = headerOf(group, 'diagnostic-code');
  const status = mostSpecific(statusIn(headerOf(group, 'status')), diagnostic);
  const reason = said(diagnostic ?? status);
  switch (headerOf(group, 'action')?.toLowerCase()) {
    case 'failed':
      return { source: 'mail', kind: 'bounced', hard: isAboutAddress(status), status, reason };
    case 'delivered':
      return { source: 'mail', kind: 'delivered', reason };
    default:
      // delayed, relayed, expanded: not the end of it
      return undefined;
  }
};

/** The status of a report; where it says no more than that it failed, as Exim's do, the one in the reply that the report repeats. */
const mostSpecific = (status: string | undefined, diagnostic = ''): string | undefined => {
  if (status !== undefined && status !== '5.0.0') return status;
  const [, reply] = /^smtp\s*;\s*5\d\d[ -](.*)/is.exec(diagnostic) ?? [];
  return statusIn(reply) ?? status;
};

/** `not-spam` takes a complaint back, and `auth-failure` is about the sender's set-up. */
const NO_COMPLAINT = new Set(['not-spam', 'auth-failure', 'dmarc']);

const complaintOf = (report: Email): Feedback | undefined => {
  const type = headerOf(report, 'feedback-type')?.toLowerCase();
  if (!type || NO_COMPLAINT.has(type)) return undefined;
  return { source: 'mail', kind: 'complained', reason: said(type, headerOf(report, 'user-agent')) };
};
