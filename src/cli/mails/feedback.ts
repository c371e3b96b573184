import type { FeedbackSummary } from '../../application/feedback/record-feedback.js';
import { MAX_FEEDBACK_BODY_BYTES } from '../../domain/bounds.js';
import { HeraldError, hasCode, messageOf } from '../../domain/kernel/herald-error.js';
import { HeraldClient } from '../herald-client.js';
import { say, warn } from '../terminal/terminal.js';
import { mailsIn } from './mailbox-file.js';

interface Options {
  readonly url: string;
  readonly json?: boolean;
}

/** Codes of errors that are about a mail. */
const OF_THE_MAIL = ['invalid-argument', 'invalid-request', 'payload-too-large'] as const;

/** Characters in which the name of a header ends: a line has at most 998 (RFC 5322, 2.1.1). */
const MAX_HEADER_NAME = 998;

/** How a mail begins: with the name of a header (RFC 5322, 2.2). */
const HEADER = /^[!-9;-~]+[ \t]*:/;

/**
 * Reports the mails of a file, one .eml or an mbox.
 * @returns the exit code: 1 if one of them could not be read or matched.
 * @throws HeraldError `invalid-argument` if there is no mail, and what Herald answers if it takes none now. What it took stays recorded.
 */
export async function read(file: string, { url, json = false }: Options): Promise<number> {
  const client = new HeraldClient(url);
  const sum = { mails: 0, recorded: 0, known: 0, unmatched: 0, ignored: 0, withoutReport: 0, refused: 0 };
  for await (const mail of mailsOf(file)) {
    sum.mails += 1;
    try {
      const { recorded, known, unmatched, ignored } = await take(client, mail);
      sum.recorded += recorded;
      sum.known += known;
      sum.unmatched += unmatched;
      sum.ignored += ignored;
      if (recorded + known + unmatched + ignored === 0) sum.withoutReport += 1;
    } catch (error) {
      if (!isAboutTheMail(error)) throw error;
      sum.refused += 1;
      warn(`Mail ${sum.mails}: ${error.message}`);
    }
  }
  if (sum.mails === 0) throw new HeraldError('invalid-argument', `${file} contains no mail.`, 'file');
  say(json ? JSON.stringify(sum) : sentenceOf(sum));
  return sum.unmatched + sum.refused > 0 ? 1 : 0;
}

/** Whether an error is about this mail; any other one would meet the next mail, too. */
const isAboutTheMail = (error: unknown): error is HeraldError =>
  OF_THE_MAIL.some((code) => hasCode(error, code));

const take = (client: HeraldClient, mail: Buffer<ArrayBuffer>): Promise<FeedbackSummary> => {
  if (mail.length > MAX_FEEDBACK_BODY_BYTES)
    throw new HeraldError('payload-too-large', `It is larger than ${MAX_FEEDBACK_BODY_BYTES} bytes.`);
  if (!HEADER.test(mail.toString('latin1', 0, MAX_HEADER_NAME)))
    throw new HeraldError('invalid-argument', 'It is no mail: it does not begin with a header.', 'file');
  return client.send<FeedbackSummary>('/v1/feedback/mail', 'message/rfc822', mail);
};

async function* mailsOf(file: string): AsyncGenerator<Buffer<ArrayBuffer>> {
  try {
    yield* mailsIn(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new HeraldError('invalid-argument', `${file} cannot be read (${messageOf(error)}).`, 'file');
  }
}

const sentenceOf = ({
  mails,
  recorded,
  known,
  unmatched,
  ignored,
  withoutReport,
  refused,
}: Record<string, number>): string =>
  `${mails} ${mails === 1 ? 'mail' : 'mails'}; reports recorded: ${recorded}, known: ${known}, about no mail of this Herald: ${unmatched}, ignored: ${ignored}; mails without a report: ${withoutReport}, refused: ${refused}.`;
