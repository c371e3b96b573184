import PostalMime, { type Email } from 'postal-mime';
import {
  type FeedbackMarks,
  referenceIn,
  TOKEN_HEADER,
} from '../../../application/feedback/feedback-marks.js';
import { MAX_REPORT_HEADER_BYTES, MAX_REPORT_LINES, MAX_REPORT_PARTS } from '../../../domain/bounds.js';

/** Parts that contain the mail that a report is about, or its headers (RFC 3462, RFC 6533). */
const RETURNED = new Set([
  ...['message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers'],
  ...['message/global', 'message/global-headers'],
]);

/**
 * Reads a mail, or headers that stand alone. Mails in it stay attachments.
 * @throws Error for more lines, parts or headers than a report has: reading them takes seconds, and anybody can send them.
 */
export const parsed = async (content: string | ArrayBuffer | Uint8Array): Promise<Email> => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
  requireFew(bytes, LINE, MAX_REPORT_LINES);
  requireFew(bytes, PART, MAX_REPORT_PARTS);
  return PostalMime.parse(bytes, {
    ...{ rfc822Attachments: true, maxNestingDepth: 32, maxRfc822NestingDepth: 0 },
    maxHeadersSize: MAX_REPORT_HEADER_BYTES,
  });
};

/** Each part begins with such a line, and so do some lines of a text. */
const PART = '\n--';

/** The library keeps each line as an object of its own. */
const LINE = '\n';

const requireFew = (bytes: Buffer, text: string, most: number): void => {
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) {
    count += 1;
    if (count > most) throw new Error('The mail has too many parts or lines.');
  }
};

/** The first value of a header; undefined if there is none. */
export const headerOf = ({ headers }: Email, name: string): string | undefined =>
  headers.find(({ key }) => key === name.toLowerCase())?.value.trim();

/**
 * The notification of the mail that a report returns: by Herald's own headers, else by its Message-ID. Undefined without its token,
 * because a report in a mail can come from anybody.
 */
export const returnedNotification = async (
  report: Email,
  marks: FeedbackMarks,
): Promise<string | undefined> => {
  for (const { mimeType, content } of report.attachments) {
    if (!RETURNED.has(mimeType)) continue;
    const returned = await parsed(content);
    const reference = referenceIn(headerOf(returned, 'message-id') ?? '');
    const id = headerOf(returned, 'x-herald-notification')?.toLowerCase() ?? reference?.notificationId;
    const tokens = [headerOf(returned, TOKEN_HEADER), reference?.token];
    if (id && tokens.some((token) => token !== undefined && marks.isToken(id, token))) return id;
  }
  return undefined;
};
