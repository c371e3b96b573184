import { Readable } from 'node:stream';
import type { NodemailerError } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { MayStart } from '../../../application/ports/channel.js';
import { MAX_REPLY_BYTES } from '../../../domain/bounds.js';
import { SmtpDialogue, type Stage } from './smtp-dialogue.js';
import { type FailureKind, SmtpFailure } from './smtp-failure.js';
import type { SmtpOptions, SmtpTimeouts } from './smtp-options.js';
import { parseReply } from './smtp-reply.js';

/** A mail as it goes over the wire. */
export interface WireMail {
  readonly from: string;
  readonly to: string;
  readonly message: Buffer;
}

/** One connection to the mail server, for one mail after the other. */
export class SmtpSession {
  readonly #connection: SMTPConnection;
  readonly #dialogue = new SmtpDialogue((stage) => this.#watch(stage));
  readonly #timeouts: SmtpTimeouts;
  readonly #auth: SmtpOptions['auth'];
  #timer: NodeJS.Timeout | undefined;
  #fail: ((failure: SmtpFailure) => void) | undefined;
  #isReady = false;
  #isOver = false;
  /** Whether a byte of the mail in progress was written. */
  #hasBegun = false;
  #needsReset = false;
  /** The size of the mail in progress. */
  #bytes = 0;

  constructor({ host, port, name, secure, requireTls, auth, timeouts }: SmtpOptions) {
    this.#timeouts = timeouts;
    this.#auth = auth;
    const longest = Math.max(...Object.values(timeouts));
    this.#connection = new SMTPConnection({
      ...{ host, port, name, secure, requireTLS: requireTls },
      // The session watches each stage itself: these are only a net below it.
      connectionTimeout: 2 * longest,
      greetingTimeout: 2 * longest,
      dnsTimeout: 2 * longest,
      socketTimeout: 2 * longest,
      // What is dropped is not to leave any more.
      socketCloseTimeout: 0,
      maxResponseSize: MAX_REPLY_BYTES,
      transactionLog: true,
      logger: this.#dialogue.logger,
    });
    this.#connection.on('error', (error: NodemailerError) => this.#failed(error));
    this.#connection.on('end', () => {
      clearTimeout(this.#timer);
      this.#isOver = true;
      // nodemailer ends the connection before it says why.
      queueMicrotask(() => this.#failed(new Error('closed')));
    });
  }

  /** Whether another mail can be sent over it. */
  get isOpen(): boolean {
    return !this.#isOver;
  }

  /** Whether the server has taken the connection and the login, and neither has ended. */
  get isReady(): boolean {
    return this.#isReady && !this.#isOver;
  }

  /** The dialogue of the mail in progress, and of the connection if it was made for it. */
  get transcript(): readonly string[] {
    return this.#dialogue.transcript;
  }

  /** Connects, and signs in if there is a password. @throws SmtpFailure. */
  async open(): Promise<void> {
    this.#watch('connect');
    const auth = this.#auth;
    try {
      await this.#step<unknown>((done) => this.#connection.connect((error) => done(error ?? null)));
      if (auth && this.#connection.allowsAuth)
        await this.#step((done) => this.#connection.login({ user: auth.user, pass: auth.pass }, done));
      this.#isReady = true;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Begins a new transcript. */
  begin(): void {
    this.#dialogue.begin();
  }

  /**
   * Sends one mail; asks `mayStart` after the server's 354.
   * @returns the server's reply.
   * @throws SmtpFailure.
   */
  async send({ from, to, message }: WireMail, mayStart: MayStart): Promise<string> {
    this.#hasBegun = false;
    this.#bytes = message.length;
    let starting: Promise<boolean> | undefined;
    const start = (): Promise<boolean> => {
      starting = mayStart();
      return starting;
    };
    try {
      if (this.#needsReset) await this.#step((done) => this.#connection.reset(done));
      this.#needsReset = true;
      const stream = Readable.from(this.#body(start, message), { objectMode: false });
      const info = await this.#step<{ response: string }>((done) =>
        this.#connection.send({ from, to, size: message.length }, stream, done),
      );
      return this.#confirmed(info.response);
    } catch (error) {
      // What records the start has to end before it is known whether it is on record.
      await starting?.catch(() => undefined);
      if (!this.#isReusable(error as SmtpFailure)) this.close();
      throw error;
    }
  }

  /** Says goodbye if it is idle. */
  quit(): void {
    if (this.isOpen) this.#connection.quit();
  }

  /** Cuts the connection: nothing more leaves. */
  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#connection.close();
  }

  /** Waits for the permission to start, then gives the mail. Nothing is given once the session is over. */
  async *#body(start: MayStart, message: Buffer): AsyncGenerator<Buffer> {
    if (!(await start())) throw new Error('dropped');
    if (this.#isOver) return;
    this.#hasBegun = true;
    yield message;
  }

  #confirmed(reply: string): string {
    const { code } = parseReply(reply);
    // A server that says so before the end of the mail was written cannot have the mail.
    if (this.#dialogue.stage === 'body') throw this.#failure('body', { kind: 'too-early', reply });
    if (code < 200 || code >= 300) throw this.#failure('dot', { kind: 'refused', reply });
    this.#needsReset = false;
    return parseReply(reply).text;
  }

  /** After a refusal the connection stands, unless the server ends it or the mail was written half. */
  #isReusable({ stage, why }: SmtpFailure): boolean {
    if (why.kind === 'too-large' || why.kind === 'invalid') return true;
    if (why.kind !== 'refused' || this.#dialogue.stage === 'body') return false;
    const { code } = parseReply(why.reply);
    return code >= 400 && code < 600 && code !== 421 && ['MAIL', 'RCPT', 'DATA', 'dot'].includes(stage);
  }

  /** Runs one step of nodemailer's; an error of the connection ends it, too. */
  #step<T>(run: (done: (error: NodemailerError | null, value?: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#fail = reject;
      if (this.#isOver) this.#failed(new Error('closed'));
      else run((error, value) => (error ? this.#failed(error) : resolve(value as T)));
    });
  }

  #failed(error: NodemailerError): void {
    const fail = this.#fail;
    this.#fail = undefined;
    fail?.(this.#failure(this.#stageOf(error), this.#kindOf(error)));
  }

  #failure(stage: Stage, why: FailureKind): SmtpFailure {
    return new SmtpFailure(stage, why, this.#dialogue.lastReply, this.#hasBegun);
  }

  #kindOf(error: NodemailerError): FailureKind {
    if (error.response) return { kind: 'refused', reply: error.response };
    if (error.code === 'ESTREAM') return { kind: 'dropped' };
    if (error.code === 'EMESSAGE')
      return { kind: 'too-large', bytes: this.#bytes, most: Number(/\d+$/.exec(error.message)?.[0]) };
    if (error.code === 'EENVELOPE') return { kind: 'invalid', detail: error.message };
    return { kind: 'closed', detail: CLOSED.has(error.message) ? '' : error.message };
  }

  /** The command that was answered, or else what is waited for. */
  #stageOf({ command = '', code, response }: NodemailerError): Stage {
    if (!response || command === 'CONN') return this.#dialogue.stage;
    if (command === 'DATA') return code === 'EMESSAGE' ? 'dot' : 'DATA';
    return STAGES[command.slice(0, 4)] ?? this.#dialogue.stage;
  }

  #watch(stage: Stage): void {
    clearTimeout(this.#timer);
    const afterMs = this.#timeouts[LIMITS[stage]];
    this.#timer = setTimeout(() => {
      if (stage === 'idle') return this.quit();
      const fail = this.#fail;
      this.#fail = undefined;
      const failure = this.#failure(stage, { kind: 'timeout', afterMs });
      this.close();
      fail?.(failure);
    }, afterMs);
    if (stage === 'idle') this.#timer.unref();
  }
}

/** What nodemailer and this session call an end of the connection; the failure says in its own words where it was. */
const CLOSED: ReadonlySet<string> = new Set([
  'closed',
  'Connection closed unexpectedly',
  'Server closed the connection',
]);

const STAGES: Readonly<Record<string, Stage>> = {
  MAIL: 'MAIL',
  RCPT: 'RCPT',
  AUTH: 'AUTH',
  EHLO: 'EHLO',
  HELO: 'EHLO',
  STAR: 'STARTTLS',
  RSET: 'RSET',
};

const LIMITS: Readonly<Record<Stage, keyof SmtpTimeouts>> = {
  connect: 'connect',
  greeting: 'greeting',
  TLS: 'connect',
  EHLO: 'command',
  STARTTLS: 'command',
  AUTH: 'command',
  MAIL: 'command',
  RCPT: 'command',
  RSET: 'command',
  DATA: 'data',
  body: 'body',
  dot: 'confirmation',
  QUIT: 'connect',
  idle: 'idle',
};
