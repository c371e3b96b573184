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

/** How long a lane without a connection is not tried while others have one, in milliseconds. */
const REST_MS = 60_000;

/** Sends over SMTP with one connection per lane. Where the server takes fewer connections, it sends over those. */
export class SmtpTransport extends MailTransport {
  override readonly concurrency: number;
  private readonly lanes: readonly SmtpLane[];
  private readonly idle: SmtpLane[];
  private readonly waiting: ((lane: SmtpLane | undefined) => void)[] = [];
  private isClosed = false;

  /** Connects with the first mail. Options come from `smtpOptions(url)`. */
  constructor(options: SmtpOptions) {
    super();
    this.concurrency = options.lanes;
    this.lanes = Array.from({ length: options.lanes }, () => new SmtpLane(options));
    this.idle = [...this.lanes];
  }

  /** Waits for a free lane if more than `concurrency` mails come at once. */
  override async send(mail: Mail, mayStart: MayStart): Promise<SendResult> {
    const problem = addressProblem(mail);
    if (problem) return { outcome: 'rejected', isUnasked: true, ...problem };
    for (let lane = await this.freeLane(); lane; lane = await this.freeLane()) {
      let rests = false;
      try {
        const result = await lane.send(mail, mayStart);
        rests = lane.isRefused && this.othersWork();
        if (!rests) return result;
      } finally {
        if (rests) setTimeout(() => this.release(lane), REST_MS).unref();
        else this.release(lane);
      }
    }
    return SHUT_DOWN;
  }

  /** Mails in progress finish first; later mails, and those waiting for a lane, are not attempted. */
  override async close(): Promise<void> {
    this.isClosed = true;
    for (const next of this.waiting.splice(0)) next(undefined);
    for (const lane of this.idle.splice(0)) lane.close();
  }

  /** Whether mails get through over other lanes: a lane that hangs shows nothing. */
  private othersWork(): boolean {
    return this.idle.some(({ isReady }) => isReady) || this.lanes.some(({ isAnswered }) => isAnswered);
  }

  private release(lane: SmtpLane): void {
    const next = this.waiting.shift();
    if (next) next(lane);
    else if (this.isClosed) lane.close();
    else this.idle.push(lane);
  }

  /** One with a connection first. Undefined once it is closed. */
  private async freeLane(): Promise<SmtpLane | undefined> {
    if (this.isClosed) return undefined;
    const ready = this.idle.findLastIndex(({ isReady }) => isReady);
    return this.idle.splice(ready, 1)[0] ?? new Promise((resolve) => this.waiting.push(resolve));
  }
}
