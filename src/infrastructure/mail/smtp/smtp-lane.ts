import nodemailer, { type NodemailerError, type Transporter } from 'nodemailer';
import type { MayStart, SendResult } from '../../../application/ports/channel.js';
import type { Mail } from '../mail.js';
import { compose } from './compose.js';
import type { SmtpOptions } from './smtp-options.js';
import { TransactionWatch } from './transaction-watch.js';

/**
 * One connection, reused between mails and used for one mail at a time, so that its log is about the mail in progress and the
 * outcome of a failure is known.
 */
export class SmtpLane {
  private readonly watch = new TransactionWatch();
  private readonly transporter: Transporter;
  private readonly totalMs: number;

  constructor(options: SmtpOptions) {
    const { timeouts } = options;
    this.totalMs = timeouts.total;
    this.transporter = nodemailer.createTransport({
      host: options.host,
      port: options.port,
      secure: options.secure,
      requireTLS: options.requireTls,
      auth: options.auth,
      connectionTimeout: timeouts.connection,
      greetingTimeout: timeouts.greeting,
      socketTimeout: timeouts.socket,
      pool: true,
      maxConnections: 1,
      maxMessages: Number.POSITIVE_INFINITY,
      // a repetition is an attempt of its own, decided and recorded elsewhere
      maxRequeues: 0,
      transactionLog: true,
      logger: this.watch.logger,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  /** One attempt. Do not call it again before it has returned. */
  async send(mail: Mail, mayStart: MayStart): Promise<SendResult> {
    if (!(await mayStart()))
      return { outcome: 'not-tried', about: 'shutdown', reason: 'The attempt was dropped.' };
    this.watch.begin();
    try {
      const { response, messageId } = await this.transporter.sendMail({
        ...compose(mail),
        signal: AbortSignal.timeout(this.totalMs),
      });
      return { outcome: 'accepted', reply: response ?? '', messageId };
    } catch (error) {
      return classify(error as NodemailerError, this.watch.mayHaveBody);
    }
  }

  /** Closes the connection once the mail in progress, if any, has its outcome. */
  close(): void {
    this.transporter.close();
  }
}

// nodemailer's codes for a reply to MAIL, RCPT, DATA or the dot; greeting, EHLO and AUTH are about Herald's access
const ABOUT_THE_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

const isBetween = (code: number | undefined, from: number, to: number): boolean =>
  code !== undefined && code >= from && code < to;

/**
 * What a failed attempt means.
 * - The server refused the mail: 5xx rejected, 4xx deferred.
 * - nodemailer itself refused it, with no reply of the server's (an address it does not take): rejected.
 * - Everything else, such as a drop, a timeout, a wrong password: deferred while the server cannot have the body,
 *   afterwards unknown.
 */
const classify = (error: NodemailerError, mayHaveBody: boolean): SendResult => {
  const reason = error.code === 'EABORT' ? 'The attempt exceeded its time limit.' : error.message;
  const aboutTheMail = mayHaveBody || ABOUT_THE_MAIL.has(error.code ?? '');
  if (isBetween(error.responseCode, 400, 500)) return { outcome: 'deferred', about: 'mail', reason };
  if (aboutTheMail && isBetween(error.responseCode, 500, 600))
    return { outcome: 'rejected', about: 'recipient', reason };
  if (mayHaveBody) return { outcome: 'unknown', reason };
  if (aboutTheMail && !error.response) return { outcome: 'rejected', about: 'mail', reason };
  return { outcome: 'deferred', about: 'mail', reason };
};
