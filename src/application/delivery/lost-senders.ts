import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { MAX_WATCHED_ATTEMPTS } from '../../domain/bounds.js';
import { Notification } from '../../domain/notification/notification.js';
import { streamOf } from '../aggregates/streams.js';
import { boundedCache } from '../caches/bounded-cache.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { EventStore, type StoredEvent } from '../ports/event-store.js';
import { InstanceIdentity } from '../ports/instance-identity.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { type HistoryDocument, history } from '../read-models/history/history.js';
import { Delivery } from './delivery.js';

/** How often attempts without a result are looked at, in milliseconds. */
const LOOK_EVERY_MS = 5_000;

/** The event that started an attempt. */
type Start = Pick<StoredEvent, 'id'> & { readonly instance: string | undefined };

/**
 * Settles attempts whose sender has certainly ended: a process of this machine that is no longer running. Nobody knows what became of such a
 * mail, and a person can resolve it soon. Any other attempt is left alone until its time is over: its sender may be sending.
 */
@Injectable()
export class LostSenders implements BeforeApplicationShutdown {
  readonly #closed = new AbortController();
  readonly #looks = new NonOverlapping(new Logger(LostSenders.name), () => this.#unlessClosed());
  /** By notification and position: each start is read once. */
  readonly #starts = boundedCache<Start>(MAX_WATCHED_ATTEMPTS);

  constructor(
    private readonly readModels: ReadModels,
    private readonly log: EventStore,
    private readonly instance: InstanceIdentity,
    private readonly delivery: Delivery,
  ) {}

  /** Settles the attempts whose sender has ended. Never throws. */
  @Interval(LOOK_EVERY_MS)
  look(): Promise<void> {
    return this.#looks.again();
  }

  beforeApplicationShutdown(): void {
    this.#closed.abort();
  }

  async #unlessClosed(): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted) return;
    try {
      await this.#look(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    // As many as can be sent at once, so there are few.
    const { documents } = await this.readModels.find<HistoryDocument>(history, {
      where: { outcome: 'sending' },
      orderBy: 'decidedAt',
      limit: MAX_WATCHED_ATTEMPTS,
    });
    for (const document of documents) {
      const start = await this.#startOf(document);
      if (start?.instance === undefined || !this.instance.isGone(start.instance)) continue;
      await this.delivery.settle(document.notificationId, signal, start.id);
    }
  }

  /** The start of the last attempt. */
  async #startOf({ notificationId, position }: HistoryDocument): Promise<Start | undefined> {
    const key = `${notificationId}/${position}`;
    const known = this.#starts.get(key);
    if (known) return known;
    let start: Start | undefined;
    for await (const { id, type, metadata } of this.log.readStream(
      streamOf(Notification.category, notificationId),
    ))
      if (type === 'SendStarted') start = { id, instance: metadata.instance };
    if (start) this.#starts.set(key, start);
    return start;
  }
}
