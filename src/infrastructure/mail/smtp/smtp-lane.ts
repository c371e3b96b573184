import type { MayStart, SendResult } from '../../../application/ports/channel.js';
import type { Mail } from '../mail.js';
import { toMessage } from './compose.js';
import { resultOf, SmtpFailure } from './smtp-failure.js';
import type { SmtpOptions } from './smtp-options.js';
import { SmtpSession, type WireMail } from './smtp-session.js';

/** How long an answer shows that a connection works, in milliseconds. */
const ANSWERED_WITHIN_MS = 2 * 60_000;

/** One connection, reused between mails and used for one mail at a time. */
export class SmtpLane {
  #session: SmtpSession | undefined;
  #isRefused = false;
  /** When the server last answered, by the monotonic clock. */
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: SmtpOptions) {}

  /** Whether its connection works. */
  get isReady(): boolean {
    return this.#session?.isReady === true;
  }

  /** Whether its connection works, and the server has answered over it lately. */
  get isAnswered(): boolean {
    return this.isReady && performance.now() - this.#answeredAt < ANSWERED_WITHIN_MS;
  }

  /** Whether the server took no connection at the last attempt: nothing of its mail was said. A refused login is no lack of connections. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** One attempt. Do not call it again before it has returned. */
  async send(mail: Mail, mayStart: MayStart): Promise<SendResult> {
    const { messageId, message } = await toMessage(mail);
    const wire = { from: mail.from.address, to: mail.to.address, message };
    const isReused = this.#session?.isOpen === true;
    let hasAsked = false;
    const ask = (): Promise<boolean> => {
      hasAsked = true;
      return mayStart();
    };
    const result = await this.#attempt(wire, messageId, ask);
    // A server may close an idle connection just when the next mail begins: that says nothing about the server.
    const isStale = isReused && !hasAsked && result.outcome === 'not-tried' && result.about === 'relay';
    if (!isStale) return result;
    this.#session?.close();
    return this.#attempt(wire, messageId, ask);
  }

  /** Closes the connection. */
  close(): void {
    this.#session?.quit();
    this.#session = undefined;
  }

  async #attempt(wire: WireMail, messageId: string, mayStart: MayStart): Promise<SendResult> {
    const session = this.#session?.isOpen ? this.#session : new SmtpSession(this.options);
    const isNew = session !== this.#session;
    this.#session = session;
    session.begin();
    try {
      this.#isRefused = isNew;
      if (isNew) {
        await session.open();
        this.#answeredAt = performance.now();
      }
      this.#isRefused = false;
      const reply = await session.send(wire, mayStart);
      this.#answeredAt = performance.now();
      return { outcome: 'accepted', reply, messageId };
    } catch (error) {
      if (!(error instanceof SmtpFailure)) throw error;
      if (error.why.kind === 'refused') this.#answeredAt = performance.now();
      if (error.stage === 'AUTH' && error.why.kind === 'refused' && error.why.reply.startsWith('5'))
        this.#isRefused = false;
      return { ...resultOf(error), transcript: session.transcript };
    }
  }
}
