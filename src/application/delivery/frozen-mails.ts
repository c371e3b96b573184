import { Injectable } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { LRUCache } from 'lru-cache';
import { MAX_CACHED_MAILS } from '../../domain/bounds.js';
import type { Fact, Instant } from '../../domain/kernel/event.js';
import { Notification, type NotificationEvent } from '../../domain/notification/notification.js';
import { Aggregates, type AppendedEvent } from '../aggregates/aggregates.js';
import { streamOf } from '../aggregates/streams.js';
import { LogRestored } from '../events/log-restored.js';
import { EventStore, type EventToAppend } from '../ports/event-store.js';

type Raised = Extract<NotificationEvent, { type: 'NotificationRaised' }>['data'];
type Frozen = Extract<NotificationEvent, { type: 'ContentFrozen' }>['data'];

/** What was decided about a mail, and its content. */
export interface FrozenMail {
  readonly raised: Raised;
  readonly raisedAt: Instant;
  readonly frozen: Frozen;
  /** The id of the event that the notification follows from. */
  readonly causedBy: string;
}

/** Frozen mails. Those just raised by this instance need not be read from the log again. */
@Injectable()
@EventsHandler(LogRestored)
export class FrozenMails implements IEventHandler<LogRestored> {
  readonly #raised = new LRUCache<string, FrozenMail>({
    maxSize: MAX_CACHED_MAILS,
    sizeCalculation: ({ frozen: { parts } }) =>
      Object.values(parts).reduce((sum, { length }) => sum + length, 1),
  });

  constructor(
    private readonly log: EventStore,
    aggregates: Aggregates,
  ) {
    aggregates.appended.subscribe((events) => this.#note(events));
  }

  /** The restored log may hold another mail under the same id. */
  handle(): void {
    this.#raised.clear();
  }

  /** The mail of a raised notification. It is removed from memory, because it is needed once. */
  async take(notificationId: string): Promise<FrozenMail> {
    const stream = streamOf(Notification.category, notificationId);
    const known = this.#raised.get(stream);
    this.#raised.delete(stream);
    if (known) return known;
    const events: EventToAppend[] = [];
    for await (const event of this.log.readStream(stream, { maxCount: 2 })) events.push(event);
    const mail = mailOf(events);
    if (!mail) throw new Error(`The stream ${stream} does not begin with its decision and mail.`);
    return mail;
  }

  #note(events: readonly AppendedEvent[]): void {
    const [first] = events;
    const mail = first?.type === 'NotificationRaised' ? mailOf(events) : undefined;
    if (first && mail) this.#raised.set(first.stream, mail);
  }
}

/** From the first events of its stream. */
const mailOf = (events: readonly EventToAppend[]): FrozenMail | undefined => {
  let raised: Raised | undefined;
  let frozen: Frozen | undefined;
  let causedBy = '';
  let raisedAt = '';
  for (const { type, data, metadata } of events) {
    const fact = { type, data, occurredAt: metadata.occurredAt } as Fact as NotificationEvent;
    if (fact.type === 'NotificationRaised') {
      raised = fact.data;
      raisedAt = fact.occurredAt;
      causedBy = metadata.$causationId;
    }
    if (fact.type === 'ContentFrozen') frozen = fact.data;
  }
  return raised && frozen && { raised, raisedAt, frozen, causedBy };
};
