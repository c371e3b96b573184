import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/kernel/event.js';
import { eventAt } from '../events/single-event.js';
import { type Collection, type Document, DocumentStore, stepAfter } from '../ports/document-store.js';
import type { EventStore, Position, StoredEvent } from '../ports/event-store.js';

interface Heartbeat extends Document {
  readonly at: Instant;
}

/** An operator's confirmation that the clock is right. */
export interface Confirmation extends Document {
  /** What the clock said at the confirmation. */
  readonly at: Instant;
  /** The last event of the log at the confirmation; undefined for an empty log. */
  readonly upTo?: Position;
}

/** The position and date of an event. */
export interface Dated {
  readonly position: Position;
  readonly recordedAt: Instant;
}

interface FutureEvent extends Document {
  readonly event: Dated;
}

const RECORDS: Collection = {
  name: 'clock@2',
  indexes: [],
  whenLost:
    'The last heartbeat and the last confirmation of the clock are lost, because they are in no log: this start cannot tell whether the clock has leapt. Compare the clock of this machine with another one.',
};
const HEARTBEAT = 'heartbeat';
const CONFIRMATION = 'confirmation';
const FUTURE_EVENT = 'future-event';

/**
 * What all instances share about time, kept beside the read models: the last heartbeat, the last confirmation, and the last event that was
 * seen to have a date in the future.
 */
@Injectable()
export class ClockRecords {
  constructor(private readonly documents: DocumentStore) {}

  open(): Promise<void> {
    return this.documents.ensure(RECORDS);
  }

  /** The last moment at which an instance believed its clock. */
  async heartbeat(): Promise<Instant | undefined> {
    return (await this.#get<Heartbeat>(HEARTBEAT))?.at;
  }

  async beat(at: Instant): Promise<void> {
    const { position } = (await this.#get<Heartbeat>(HEARTBEAT)) ?? {};
    await this.#write<Heartbeat>({ id: HEARTBEAT, position: stepAfter(position), at });
  }

  confirmation(): Promise<Confirmation | undefined> {
    return this.#get<Confirmation>(CONFIRMATION);
  }

  /** Records that the clock was right when it said `at` and the log ended at `upTo`. */
  async confirm(at: Instant, upTo: Position | undefined): Promise<void> {
    const before = await this.confirmation();
    const position = stepAfter(before?.position);
    await this.#write<Confirmation>({ id: CONFIRMATION, position, at, ...(upTo ? { upTo } : {}) });
  }

  /** The last event that an instance has seen with a date in the future: other events may have been recorded since. */
  async futureEvent(): Promise<Dated | undefined> {
    return (await this.#get<FutureEvent>(FUTURE_EVENT))?.event;
  }

  async keepFutureEvent(event: Dated): Promise<void> {
    const before = await this.#get<FutureEvent>(FUTURE_EVENT);
    await this.#write<FutureEvent>({ id: FUTURE_EVENT, position: stepAfter(before?.position), event });
  }

  async #get<D extends Document>(id: string): Promise<D | undefined> {
    return (await this.documents.get<D>(RECORDS, [id])).get(id);
  }

  #write<D extends Document>(document: D): Promise<void> {
    return this.documents.write(RECORDS, [{ id: document.id, position: document.position, document }]);
  }
}

/** When and where an event was recorded. */
export const datedBy = ({ position, metadata }: StoredEvent): Dated => ({
  position,
  recordedAt: metadata.recordedAt,
});

/** Whether the log has this event: it may have been restored since. */
export const isRecorded = async (log: EventStore, { position, recordedAt }: Dated): Promise<boolean> =>
  (await eventAt(log, position))?.metadata.recordedAt === recordedAt;

/** Whether an event has a wrong date: it was in the log at the confirmation, dated in the future. */
export const isMisdated = (
  { position, recordedAt }: Dated,
  confirmation: Confirmation | undefined,
): boolean =>
  confirmation?.upTo !== undefined && position <= confirmation.upTo && recordedAt > confirmation.at;
