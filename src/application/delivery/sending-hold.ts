import { Inject, Injectable, Logger } from '@nestjs/common';
import { MAX_LISTED_BEGUN_MAILS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { Clock } from '../ports/clock.js';
import { type Collection, type Document, DocumentStore, stepAfter } from '../ports/document-store.js';
import { BegunMails } from './begun-mails.js';

/** Whether sending is held by an operator. */
interface ManualHold extends Document {
  readonly isHeld: boolean;
  readonly reason: string;
  readonly at: Instant;
}

/** Whether sending is held from the start, until an operator releases it. */
export const STARTS_HELD = Symbol('STARTS_HELD');

const HOLDS: Collection = { name: 'sending-hold@1', indexes: [] };
const ID = 'manual';

/** Why nothing is sent at the moment. */
export interface SendingStatus {
  readonly held: boolean;
  /** `log-restored`: the log lacks mails that were started. `operator`: somebody held sending. */
  readonly why?: 'log-restored' | 'operator' | 'not-checked';
  readonly reason?: string;
  /** The mails that would be sent a second time once they are raised again; newest first. */
  readonly begunSince: readonly { readonly notificationId: string; readonly begunAt: Instant }[];
  /** Whether there are more than are listed. */
  readonly more: boolean;
}

/**
 * Holds sending while the log is older than the last started mail, until an operator decides which of the missing mails are
 * sent again. Decisions continue: raised mails wait, and are sent after the release.
 */
@Injectable()
export class SendingHold implements HealthSource {
  readonly #logger = new Logger(SendingHold.name);
  #why: SendingStatus['why'] = 'not-checked';
  #reason: string | undefined;
  #kept: ReadonlySet<string> = new Set();

  constructor(
    private readonly documents: DocumentStore,
    private readonly begun: BegunMails,
    private readonly clock: Clock,
    @Inject(STARTS_HELD) private readonly startsHeld: boolean,
    health: Health,
  ) {
    health.register(this);
  }

  /** Whether sending is held now. */
  get isHeld(): boolean {
    return this.#why !== undefined;
  }

  /** Whether an operator has decided that this mail is not sent again. */
  isKept(notificationId: string): boolean {
    return this.#kept.has(notificationId);
  }

  async open(): Promise<void> {
    await this.documents.ensure(HOLDS);
    await this.begun.open();
    if (this.startsHeld) await this.#setManual(true, 'Herald was started with HERALD_SENDING=held.');
    await this.look();
  }

  /** Compares the log with the last started mail, and applies operators' decisions from other instances. */
  async look(): Promise<void> {
    await this.begun.refresh();
    const manual = await this.#manual();
    const [unknown] = await this.begun.unknownToLog(1);
    const why = unknown ? 'log-restored' : manual?.isHeld ? 'operator' : undefined;
    if (why !== this.#why) this.#kept = await this.begun.kept();
    this.#reason = why === 'operator' ? manual?.reason : undefined;
    if (why !== undefined && why !== this.#why) this.#logger.warn(SAYS[why]);
    if (why === undefined && this.#why !== undefined && this.#why !== 'not-checked')
      this.#logger.warn('Sending resumes.');
    this.#why = why;
  }

  async status(): Promise<SendingStatus> {
    await this.look();
    const unknown = await this.begun.unknownToLog(MAX_LISTED_BEGUN_MAILS + 1);
    return {
      held: this.isHeld,
      ...(this.#why ? { why: this.#why } : {}),
      ...(this.#reason ? { reason: this.#reason } : {}),
      begunSince: unknown
        .slice(0, MAX_LISTED_BEGUN_MAILS)
        .map(({ id, begunAt }) => ({ notificationId: id, begunAt })),
      more: unknown.length > MAX_LISTED_BEGUN_MAILS,
    };
  }

  /** Holds sending until it is released. */
  async hold(reason: string): Promise<SendingStatus> {
    await this.#setManual(true, reason);
    return this.status();
  }

  /**
   * Ends the hold.
   * @param again which of the mails started since the backup are sent again: all, none, or those with these ids.
   * @throws HeraldError `not-found` for an id that is not among them.
   */
  async release(again: 'all' | 'none' | readonly string[], reason: string): Promise<SendingStatus> {
    const chosen = new Set(Array.isArray(again) ? (again as readonly string[]) : []);
    if (chosen.size > 0) {
      const stranger = await this.begun.strangerAmong([...chosen]);
      if (stranger !== undefined)
        throw new HeraldError(
          'not-found',
          `${stranger} is not among the mails started since the backup. GET /v1/sending lists them.`,
          'notificationIds',
        );
    }
    await this.begun.decide(({ id }) => again === 'all' || chosen.has(id), reason);
    await this.#setManual(false, reason);
    const status = await this.status();
    this.#kept = await this.begun.kept();
    return status;
  }

  health(): readonly PartHealth[] {
    if (this.#why === undefined) return [{ part: 'sending', status: 'ok' }];
    return [{ part: 'sending', status: 'degraded', says: SAYS[this.#why] }];
  }

  async #manual(): Promise<ManualHold | undefined> {
    return (await this.documents.get<ManualHold>(HOLDS, [ID])).get(ID);
  }

  async #setManual(isHeld: boolean, reason: string): Promise<void> {
    const before = await this.#manual();
    if (!isHeld && !before?.isHeld) return;
    const position = stepAfter(before?.position);
    const document: ManualHold = { id: ID, position, isHeld, reason, at: this.clock.now() };
    await this.documents.write(HOLDS, [{ id: ID, position, document }]);
  }
}

const SAYS: Readonly<Record<NonNullable<SendingStatus['why']>, string>> = {
  'log-restored':
    'Sending is held: the log lacks mails that were started, so it was restored from a backup or replaced. List them with: herald sending show. Then run: herald sending release, or herald sending keep.',
  operator: 'Sending is held by an operator. Release it with: herald sending release.',
  'not-checked': 'Sending waits until the log has been compared with the last started mail.',
};
