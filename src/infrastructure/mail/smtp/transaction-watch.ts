interface LogLine {
  readonly tnx?: string;
}

const ignore = (): void => {};

/**
 * Follows one connection by its transaction log, and knows whether the server has asked for the mail's body: from then on it
 * may have the mail even if it never confirms it. The error alone is ambiguous (a drop after EHLO and one after the final dot
 * look the same).
 */
export class TransactionWatch {
  // commands with a pending reply; with PIPELINING there are several
  private readonly awaiting: string[] = [];
  private bodyRequested = false;

  /** Whether the server has answered DATA with a go-ahead: `354`, or a 2xx that nodemailer accepts as one. */
  get mayHaveBody(): boolean {
    return this.bodyRequested;
  }

  /** Resets for a new transaction. */
  begin(): void {
    this.awaiting.length = 0;
    this.bodyRequested = false;
  }

  /** For nodemailer's `logger`, together with `transactionLog: true`. */
  readonly logger = {
    trace: ignore,
    debug: (line: LogLine, message: string): void => this.note(line, message),
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
  };

  private note({ tnx }: LogLine, message: string): void {
    if (tnx === 'client') this.awaiting.push(message);
    if (tnx !== 'server') return;
    const command = this.awaiting.shift();
    if (/^354\b/.test(message) || (command === 'DATA' && /^[23]/.test(message))) this.bodyRequested = true;
  }
}
