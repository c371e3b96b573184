import type { MayStart, SendResult } from '../../../application/ports/channel.js';
import { type Mail, MailTransport } from '../mail.js';
import { addressProblem } from './compose.js';
import { SmtpLane } from './smtp-lane.js';
import type { SmtpOptions } from './smtp-options.js';

/** The result of a mail that comes too late. */
export const SHUT_DOWN: SendResult = {
  outcome: 'not-tried',
  about: 'shutdown',
  reason: 'Herald shut down before this mail was attempted; nothing was sent.',
};

/** Sends over SMTP with one connection per lane. */
export class SmtpTransport extends MailTransport {
  override readonly concurrency: number;
  private readonly idle: SmtpLane[];
  private readonly waiting: ((lane: SmtpLane | undefined) => void)[] = [];
  private isClosed = false;

  /** Connects with the first mail. Options come from `smtpOptions(url)`. */
  constructor(options: SmtpOptions) {
    super();
    this.concurrency = options.lanes;
    this.idle = Array.from({ length: options.lanes }, () => new SmtpLane(options));
  }

  /** Waits for a free lane if more than `concurrency` mails come at once. */
  override async send(mail: Mail, mayStart: MayStart): Promise<SendResult> {
    const problem = addressProblem(mail);
    if (problem) return { outcome: 'rejected', ...problem };
    const lane = await this.freeLane();
    if (!lane) return SHUT_DOWN;
    try {
      return await lane.send(mail, mayStart);
    } finally {
      const next = this.waiting.shift();
      if (next) next(lane);
      else if (this.isClosed) lane.close();
      else this.idle.push(lane);
    }
  }

  /** Mails in progress finish first; later mails, and those waiting for a lane, are not attempted. */
  override async close(): Promise<void> {
    this.isClosed = true;
    for (const next of this.waiting.splice(0)) next(undefined);
    for (const lane of this.idle.splice(0)) lane.close();
  }

  /** Undefined once it is closed. */
  private async freeLane(): Promise<SmtpLane | undefined> {
    if (this.isClosed) return undefined;
    return this.idle.pop() ?? new Promise((resolve) => this.waiting.push(resolve));
  }
}
