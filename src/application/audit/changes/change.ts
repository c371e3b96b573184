import type { Instant } from '../../../domain/kernel/event.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';

/** One event of something: who caused it, when, and what it says. */
export interface Change {
  readonly type: string;
  readonly eventId: string;
  readonly position: Position;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** `platform`, `clock`, or whoever else caused the event. */
  readonly actor: string;
  /** The CloudEvent of the platform. */
  readonly source?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  /** What the platform sent for texts that were cleaned or converted. */
  readonly asSent?: Readonly<Record<string, string>> | undefined;
}

/** A stored event as a change. */
export const changeOf = ({ type, id, position, metadata, data }: StoredEvent): Change => {
  const { occurredAt, recordedAt, actor, source, sourceId, asSent } = metadata;
  return { type, eventId: id, position, occurredAt, recordedAt, actor, source, sourceId, data, asSent };
};
