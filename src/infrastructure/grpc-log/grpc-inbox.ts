import { retryForever } from '../../application/concurrency/back-off.js';
import type { HealthSource, PartHealth } from '../../application/health/health.js';
import type { Receipt } from '../../application/ingest/record-platform-events.js';
import { Inbox } from '../../application/ports/inbox.js';
import { redactUrl } from '../logging/redact-url.js';
import { batchesOf, Dropped } from './batches.js';
import { failureOf, isMissing, isOfType, within } from './failures.js';
import { inboxContentOf } from './inbox-content.js';
import { createGroup, GROUP } from './inbox-group.js';
import type { Connect, GroupSubscription, LogClient, ResolvedEvent } from './log-client.js';

/** How many events are in flight at once. */
const WINDOW = 50;

const DEADLINE_MS = 10_000;

/** A refused event that was parked. */
export interface ParkedEvent {
  readonly eventId: string;
  /** Its index in the inbox stream. */
  readonly revision: number;
  readonly reason: string;
  readonly event: unknown;
}

export interface InboxOptions {
  readonly url: string;
  readonly connect: Connect;
  /** The stream to which the platform writes CloudEvents in their JSON form. */
  readonly stream: string;
  /** Records CloudEvents and returns a receipt for each. */
  readonly take: (events: readonly unknown[]) => Promise<readonly Receipt[]>;
  /** Receives problems as log messages. */
  readonly warn: (message: string) => void;
}

/** What keeps events of the inbox from being recorded. */
type Trouble = 'no-group' | 'not-read' | 'not-recorded';

/**
 * A stream of EventStoreDB or KurrentDB that instances consume together, by a persistent subscription. An event is acknowledged when it is
 * recorded; a refused one is parked with its reason. Delivery is at least once and in any order, which ingest handles.
 */
export class GrpcInbox extends Inbox implements HealthSource {
  readonly #client: LogClient;
  readonly #closed = new AbortController();
  #running: Promise<void> = Promise.resolve();
  readonly #troubles = new Set<Trouble>();

  constructor(private readonly options: InboxOptions) {
    super();
    this.#client = options.connect({ url: options.url });
  }

  health(): readonly PartHealth[] {
    const says = [...this.#troubles].map((trouble) => SAYS[trouble]).join(' ');
    return [says ? { part: 'inbox', status: 'degraded', says } : { part: 'inbox', status: 'ok' }];
  }

  override async start(): Promise<void> {
    this.#running = this.#run();
  }

  override async close(): Promise<void> {
    this.#closed.abort();
    await this.#running;
    await this.#client.dispose();
  }

  /** The parked events, oldest first. @throws HeraldError `event-store-unavailable`. */
  async parked(): Promise<readonly ParkedEvent[]> {
    const name = `$persistentsubscription-${this.options.stream}::${GROUP}-parked`;
    const read = this.#client.readStream(name, {
      direction: 'forwards',
      fromRevision: 'start',
      resolveLinkTos: true,
    });
    const parked: ParkedEvent[] = [];
    try {
      for await (const batch of batchesOf<ResolvedEvent>(read, {
        most: 500,
        patience: DEADLINE_MS,
      }))
        for (const { event, link } of batch)
          if (event)
            parked.push({
              eventId: event.id,
              revision: Number(event.revision),
              reason: reasonIn(link?.metadata),
              event: inboxContentOf(event.data),
            });
    } catch (error) {
      if (!(error instanceof Dropped) || !isMissing(error.cause)) throw this.#failure(error);
    }
    return parked;
  }

  /** Retries all parked events. @throws HeraldError `event-store-unavailable`. */
  async retry(): Promise<void> {
    try {
      await within(DEADLINE_MS, this.#client.replayParked(this.options.stream, GROUP));
    } catch (error) {
      throw this.#failure(error);
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    await retryForever(
      async (isWell) => {
        await this.#ensureGroup();
        for await (const _ of this.#taken()) isWell();
      },
      (error) => {
        // An event that could not be recorded was at least read: it is redelivered.
        if (!this.#troubles.has('not-recorded'))
          this.#troubles.add(isNoGroup(error) ? 'no-group' : 'not-read');
        this.options.warn(this.#failure(error).message);
      },
      signal,
    );
  }

  /** Consumes batches as long as the subscription exists. */
  async *#taken(): AsyncGenerator<void> {
    const { stream } = this.options;
    const { signal } = this.#closed;
    const subscription = this.#client.joinGroup(stream, GROUP, WINDOW);
    subscription.once('confirmation', () => {
      this.#troubles.delete('not-read');
      this.#troubles.delete('no-group');
    });
    try {
      const batches = batchesOf<ResolvedEvent>(subscription, {
        most: WINDOW,
        signal,
      });
      for await (const batch of batches) {
        await this.#take(subscription, batch);
        yield;
      }
    } finally {
      await subscription.unsubscribe().catch(() => undefined);
    }
  }

  async #take(subscription: GroupSubscription, batch: readonly ResolvedEvent[]): Promise<void> {
    let receipts: readonly Receipt[];
    try {
      receipts = await this.options.take(batch.map(({ event }) => inboxContentOf(event?.data)));
      this.#troubles.delete('not-recorded');
    } catch (error) {
      this.#troubles.add('not-recorded');
      // The event is not at fault: it is redelivered.
      await subscription.nack('retry', 'could not be recorded', ...batch);
      throw error;
    }
    for (const [n, resolved] of batch.entries()) {
      const receipt = receipts[n];
      if (receipt?.status === 'refused')
        await subscription.nack('park', `${receipt.error.code}: ${receipt.error.message}`, resolved);
      else await subscription.ack(resolved);
    }
  }

  /** Creates the group where it may. Where it may not, an admin has created it, or subscribing says that there is none. */
  async #ensureGroup(): Promise<void> {
    try {
      await within(DEADLINE_MS, createGroup(this.#client, this.options.stream));
    } catch (error) {
      if (!isOfType(error, 'access-denied')) throw error;
    }
  }

  #failure(error: unknown): Error {
    return failureOf(error instanceof Dropped ? error.cause : error, redactUrl(this.options.url));
  }
}

const SAYS: Readonly<Record<Trouble, string>> = {
  'no-group':
    'The inbox stream cannot be read: the group that reads it is missing, and this user may not create it. An admin of the event store runs: herald stores grant --admin-url-file FILE',
  'not-read':
    'The inbox stream cannot be read. Check that the event store is running, and that its user may create and read persistent subscriptions. Herald retries automatically.',
  'not-recorded':
    'The last events of the inbox stream could not be recorded; see the log of this instance. They are retried automatically, and parked after about an hour. See: herald inbox parked',
};

const isNoGroup = (error: unknown): boolean =>
  isOfType(error instanceof Dropped ? error.cause : error, 'persistent-subscription-does-not-exist');

/** The server keeps the reason with the link to the parked event. */
const reasonIn = (metadata: unknown): string => {
  const { reason, Reason } = (metadata ?? {}) as { readonly reason?: unknown; readonly Reason?: unknown };
  return String(reason ?? Reason ?? '');
};
