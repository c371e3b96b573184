import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { MayStart, SendResult } from '../../../application/ports/channel.js';
import { CalledThread } from '../../threads/called-thread.js';
import { SHORT_LIVED } from '../../threads/short-lived.js';
import { ThreadLost } from '../../threads/thread-lost.js';
import { type Mail, MailTransport } from '../mail.js';
import type { SmtpOptions } from '../smtp/smtp-options.js';
import { SHUT_DOWN } from '../smtp/smtp-transport.js';
import type { Asked, Call, ThreadOptions } from './protocol.js';

const WORKER = new URL('./smtp-worker.js', import.meta.url);

/** Whether Herald was built: the thread's file exists only there. */
export const hasSmtpThread = (): boolean => existsSync(WORKER);

/** One attempt that the thread makes. */
interface Attempt {
  readonly mayStart: MayStart;
  /** The answer to the thread, once it has asked. */
  starting?: Promise<boolean>;
}

/** Sends over SMTP as `SmtpTransport` does, in a thread of its own: mails are composed there, too. */
export class SmtpThread extends MailTransport {
  override readonly concurrency: number;
  readonly #thread: CalledThread<Call, Asked>;
  readonly #attempts = new Map<number, Attempt>();
  #mails = 0;
  #isClosed = false;

  /** Connects with the first mail. Options come from `smtpOptions(url)`. */
  constructor(options: SmtpOptions) {
    super();
    this.concurrency = options.lanes;
    const workerData: ThreadOptions = options;
    this.#thread = new CalledThread({
      start: () => new Worker(WORKER, { workerData, resourceLimits: SHORT_LIVED }),
      heard: ({ id }) => void this.#answer(id),
    });
  }

  override async send(mail: Mail, mayStart: MayStart): Promise<SendResult> {
    if (this.#isClosed) return SHUT_DOWN;
    this.#mails += 1;
    const id = this.#mails;
    const attempt: Attempt = { mayStart };
    this.#attempts.set(id, attempt);
    try {
      return (await this.#thread.call({ type: 'send', id, mail })) as SendResult;
    } catch (error) {
      if (error instanceof ThreadLost) return await lost(attempt, error);
      throw error;
    } finally {
      this.#attempts.delete(id);
    }
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await this.#thread.end({ type: 'close' });
  }

  async #answer(id: number): Promise<void> {
    const attempt = this.#attempts.get(id);
    const { worker } = this.#thread;
    if (!attempt) return;
    attempt.starting = attempt.mayStart();
    // An error means that it may not start. The one who gave `mayStart` knows the error.
    const answer = await attempt.starting.catch(() => false);
    // Another thread than the one that asked knows nothing of this mail.
    if (worker === this.#thread.worker) this.#thread.tell({ type: 'mayStart', id, answer });
  }
}

/** The result of an attempt whose thread was lost. What records the start has ended when it is known. */
async function lost({ starting }: Attempt, { message }: ThreadLost): Promise<SendResult> {
  const hasStarted = (await starting?.catch(() => false)) === true;
  const reason = `The thread that sends mails ended (${message})`;
  if (hasStarted) return { outcome: 'unknown', reason: `${reason} before the mail server's answer arrived.` };
  // The mail itself may be the reason: the next one is tried before it.
  const about = { about: 'relay', inTransaction: true } as const;
  return { outcome: 'not-tried', ...about, reason: `${reason} before a byte of the mail left.` };
}
