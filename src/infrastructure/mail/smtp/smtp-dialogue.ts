import { MAX_TRANSCRIPT_LINE, MAX_TRANSCRIPT_LINES } from '../../../domain/bounds.js';
import { oneLine } from '../rendering/sanitize.js';

/** What a session waits for: the connection, a reply, or that the mail is written. */
export type Stage =
  | 'connect'
  | 'greeting'
  | 'EHLO'
  | 'STARTTLS'
  | 'TLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'body'
  | 'dot'
  | 'RSET'
  | 'QUIT'
  | 'idle';

/** A line of nodemailer's transaction log. */
interface LogLine {
  readonly tnx?: string;
}

const COMMANDS: Readonly<Record<string, Stage>> = {
  EHLO: 'EHLO',
  HELO: 'EHLO',
  STARTTLS: 'STARTTLS',
  AUTH: 'AUTH',
  MAIL: 'MAIL',
  RCPT: 'RCPT',
  DATA: 'DATA',
  '.': 'dot',
  RSET: 'RSET',
  QUIT: 'QUIT',
};

const ignore = (): void => {};

/**
 * Follows one connection by nodemailer's transaction log: what it waits for, what the server said last, and whether the end of the
 * mail was written. An error alone does not tell: a drop after EHLO and one after the final dot look the same.
 */
export class SmtpDialogue {
  #stage: Stage = 'connect';
  #lastReply: string | undefined;
  /** Commands without a reply yet; with PIPELINING there are several. */
  readonly #awaiting: Stage[] = [];
  #first: string[] = [];
  #last: string[] = [];

  /** @param entered is told each stage when it begins. */
  constructor(private readonly entered: (stage: Stage) => void) {}

  get stage(): Stage {
    return this.#stage;
  }

  /** The last reply of the server, all lines of it. */
  get lastReply(): string | undefined {
    return this.#lastReply;
  }

  /** The dialogue since `begin`, without bodies and secrets; of a long one the first and the last lines. */
  get transcript(): readonly string[] {
    return [...this.#first, ...this.#last];
  }

  /** Begins a new transcript. */
  begin(): void {
    this.#first = [];
    this.#last = [];
  }

  /** For nodemailer's `logger`, together with `transactionLog: true`. */
  readonly logger = {
    trace: ignore,
    debug: (line: LogLine, message: string): void => {
      if (line.tnx === 'client') this.#command(message);
      if (line.tnx === 'server') this.#reply(message);
    },
    info: (line: LogLine, message: string): void => {
      if (line.tnx === 'network' && message.includes('established')) {
        this.#note('-- connected');
        this.#enter('greeting');
      }
      if (line.tnx === 'network' && message === 'Connection closed') this.#note('-- connection closed');
      if (line.tnx === 'message') {
        this.#note('-- end of the mail');
        if (this.#stage === 'body') this.#enter('dot');
      }
    },
    warn: ignore,
    error: ignore,
    fatal: ignore,
  };

  #command(message: string): void {
    const isSecret = this.#stage === 'AUTH';
    const verb = message.slice(0, /[ :]|$/.exec(message)?.index).toUpperCase();
    const stage = isSecret ? 'AUTH' : (COMMANDS[verb] ?? 'AUTH');
    this.#note(`C: ${stage === 'AUTH' ? (isSecret ? '(hidden)' : 'AUTH (hidden)') : message}`);
    this.#awaiting.push(stage);
    if (this.#awaiting.length === 1) this.#enter(stage);
  }

  #reply(message: string): void {
    for (const line of message.split('\n')) this.#note(`S: ${line}`);
    this.#lastReply = message;
    const answered = this.#awaiting.shift();
    if (answered === 'STARTTLS' && message.startsWith('2')) this.#enter('TLS');
    else if (answered === 'AUTH' && message.startsWith('3')) this.#enter('AUTH');
    else if (/^354\b/.test(message) || (answered === 'DATA' && /^[23]/.test(message))) this.#enter('body');
    // A reply amid the body is none to the mail as a whole.
    else if (this.#stage !== 'body') this.#enter(this.#awaiting[0] ?? 'idle');
  }

  #enter(stage: Stage): void {
    this.#stage = stage;
    this.entered(stage);
  }

  #note(line: string): void {
    const half = MAX_TRANSCRIPT_LINES / 2;
    const short = oneLine(line).slice(0, MAX_TRANSCRIPT_LINE);
    if (this.#first.length < half) this.#first.push(short);
    else this.#last.push(short);
    if (this.#last.length > half) this.#last.shift();
  }
}
