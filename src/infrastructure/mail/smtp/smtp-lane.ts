import type { MayStart, SendResult } from '../../../application/ports/channel.js';
import type { Mail } from '../mail.js';
import { toMessage } from './compose.js';
import { resultOf, SmtpFailure } from './smtp-failure.js';
import type { SmtpOptions } from './smtp-options.js';
import { SmtpSession, type WireMail } from './smtp-session.js';

/** One connection, reused between mails and used for one mail at a time. */
export class SmtpLane {
  #session: SmtpSession | undefined;
  #isRefused = false;

  constructor(private readonly options: SmtpOptions) {}

  /** Whether its connection works. */
  get isReady(): boolean {
    return this.#session?.isReady === true;
  }

  /** Whether the server took no connection, or no login, at the last attempt: nothing of its mail was said. */
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
      if (isNew) await session.open();
      this.#isRefused = false;
      return { outcome: 'accepted', reply: await session.send(wire, mayStart), messageId };
    } catch (error) {
      if (!(error instanceof SmtpFailure)) throw error;
      return { ...resultOf(error), transcript: session.transcript };
    }
  }
}
