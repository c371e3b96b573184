import { Inject, Injectable, Logger } from '@nestjs/common';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { BegunMails } from './begun-mails.js';
import { ManualHold } from './manual-hold.js';
import { SafetyRecords } from './safety-records.js';

/** Whether sending is held from the start, until an operator releases it. */
export const STARTS_HELD = Symbol('STARTS_HELD');

/**
 * `log-restored`: the log lacks mails that were started. `record-lost`: a record that can hold sending was damaged or removed. `operator`:
 * somebody held sending.
 */
export type HoldCause = 'log-restored' | 'record-lost' | 'operator' | 'not-checked';

/**
 * Holds sending while the log is older than the last started mail, until an operator decides which of the missing mails are
 * sent again; and while a record is lost that could hold sending. Decisions continue: raised mails wait, and are sent after the release.
 */
@Injectable()
export class SendingHold implements HealthSource {
  readonly #logger = new Logger(SendingHold.name);
  #why: HoldCause | undefined = 'not-checked';
  #reason: string | undefined;
  #lost: readonly string[] = [];
  #kept: ReadonlySet<string> = new Set();

  constructor(
    private readonly manual: ManualHold,
    private readonly begun: BegunMails,
    private readonly records: SafetyRecords,
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

  /** The records that were lost, each with what it knew. */
  get lost(): readonly string[] {
    return this.#lost;
  }

  /** Whether an operator has decided that this mail is not sent again. @param occasion what it is about, if it may have had another id. */
  isKept(notificationId: string, occasion?: string): boolean {
    return this.#kept.has(notificationId) || (occasion !== undefined && this.#kept.has(occasion));
  }

  async open(): Promise<void> {
    await this.manual.open();
    await this.begun.open();
    await this.records.open();
    if (this.startsHeld) await this.manual.begin('Herald was started with HERALD_SENDING=held.');
    await this.look();
  }

  /** Compares the log with the last started mail, looks whether all records are there, and applies operators' decisions from other instances. */
  async look(): Promise<void> {
    await this.begun.refresh();
    const reason = await this.manual.reason();
    const [unknown] = await this.begun.unknownToLog(1);
    this.#lost = await this.records.lost();
    const why = causeOf(unknown !== undefined, this.#lost.length > 0, reason !== undefined);
    if (why !== this.#why) this.#kept = await this.begun.kept();
    this.#reason = why === 'operator' ? reason : undefined;
    if (why !== undefined && why !== this.#why) this.#logger.warn(this.#says(why));
    if (why === undefined && this.#why !== undefined && this.#why !== 'not-checked')
      this.#logger.warn('Sending resumes.');
    this.#why = why;
  }

  /** Ends the hold, once it is decided which of the mails started since the backup are sent again. */
  async end(reason: string): Promise<void> {
    await this.manual.end(reason);
    await this.records.found();
    await this.look();
    this.#kept = await this.begun.kept();
  }

  health(): readonly PartHealth[] {
    if (this.#why === undefined) return [{ part: 'sending', status: 'ok' }];
    return [{ part: 'sending', status: 'degraded', says: this.#says(this.#why) }];
  }

  #says(why: HoldCause): string {
    const says = why === 'record-lost' ? [] : [SAYS[why]];
    return [...says, ...(this.#lost.length > 0 ? [sayLost(this.#lost)] : [])].join(' ');
  }
}

const causeOf = (isRestored: boolean, isLost: boolean, isByOperator: boolean): HoldCause | undefined => {
  if (isRestored) return 'log-restored';
  if (isLost) return 'record-lost';
  return isByOperator ? 'operator' : undefined;
};

/** Why sending is held when records were lost, and what to do. */
export const sayLost = (lost: readonly string[]): string =>
  `Sending is held: records that can hold sending were damaged or removed: ${lost.join(', ')}. Find out whether sending was held, and whether the log was restored. Once mails may go out, run: herald sending release.`;

const SAYS: Readonly<Record<Exclude<HoldCause, 'record-lost'>, string>> = {
  'log-restored':
    'Sending is held: the log lacks mails that were started, so it was restored from a backup or replaced. List them with: herald sending show. Then run: herald sending release, or herald sending keep.',
  operator: 'Sending is held by an operator. Release it with: herald sending release.',
  'not-checked': 'Sending waits until the log has been compared with the last started mail.',
};
