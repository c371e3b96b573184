import { Inject, Injectable, Logger } from '@nestjs/common';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { BegunMails } from './begun-mails.js';
import { ManualHold } from './manual-hold.js';

/** Whether sending is held from the start, until an operator releases it. */
export const STARTS_HELD = Symbol('STARTS_HELD');

/** `log-restored`: the log lacks mails that were started. `operator`: somebody held sending. */
export type HoldCause = 'log-restored' | 'operator' | 'not-checked';

/**
 * Holds sending while the log is older than the last started mail, until an operator decides which of the missing mails are
 * sent again. Decisions continue: raised mails wait, and are sent after the release.
 */
@Injectable()
export class SendingHold implements HealthSource {
  readonly #logger = new Logger(SendingHold.name);
  #why: HoldCause | undefined = 'not-checked';
  #reason: string | undefined;
  #kept: ReadonlySet<string> = new Set();

  constructor(
    private readonly manual: ManualHold,
    private readonly begun: BegunMails,
    @Inject(STARTS_HELD) private readonly startsHeld: boolean,
    health: Health,
  ) {
    health.register(this);
  }

  /** Whether sending is held now. */
  get isHeld(): boolean {
    return this.#why !== undefined;
  }

  /** Why sending is held; undefined while it is not. */
  get why(): HoldCause | undefined {
    return this.#why;
  }

  /** The reason that the operator gave who holds sending. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Whether an operator has decided that this mail is not sent again. */
  isKept(notificationId: string): boolean {
    return this.#kept.has(notificationId);
  }

  async open(): Promise<void> {
    await this.manual.open();
    await this.begun.open();
    if (this.startsHeld) await this.manual.begin('Herald was started with HERALD_SENDING=held.');
    await this.look();
  }

  /** Compares the log with the last started mail, and applies operators' decisions from other instances. */
  async look(): Promise<void> {
    await this.begun.refresh();
    const reason = await this.manual.reason();
    const [unknown] = await this.begun.unknownToLog(1);
    const why = unknown ? 'log-restored' : reason === undefined ? undefined : 'operator';
    if (why !== this.#why) this.#kept = await this.begun.kept();
    this.#reason = why === 'operator' ? reason : undefined;
    if (why !== undefined && why !== this.#why) this.#logger.warn(SAYS[why]);
    if (why === undefined && this.#why !== undefined && this.#why !== 'not-checked')
      this.#logger.warn('Sending resumes.');
    this.#why = why;
  }

  /** Ends the hold, once it is decided which of the mails started since the backup are sent again. */
  async end(reason: string): Promise<void> {
    await this.manual.end(reason);
    await this.look();
    this.#kept = await this.begun.kept();
  }

  health(): readonly PartHealth[] {
    if (this.#why === undefined) return [{ part: 'sending', status: 'ok' }];
    return [{ part: 'sending', status: 'degraded', says: SAYS[this.#why] }];
  }
}

const SAYS: Readonly<Record<HoldCause, string>> = {
  'log-restored':
    'Sending is held: the log lacks mails that were started, so it was restored from a backup or replaced. List them with: herald sending show. Then run: herald sending release, or herald sending keep.',
  operator: 'Sending is held by an operator. Release it with: herald sending release.',
  'not-checked': 'Sending waits until the log has been compared with the last started mail.',
};
