import type { Document } from './document-store.js';
import type { Position, StoredEvent } from './event-store.js';

/** A document as a projection writes it; the runner adds the position. */
export type Body<D extends Document> = Omit<D, 'position'>;

/** The documents that an event is folded into: by id, or all that match a condition on indexed fields. */
export interface Target {
  readonly ids?: readonly string[];
  readonly where?: Readonly<Record<string, string | number>>;
}

/** Other documents of the same projection, listed by `reads`, as they were before the event. */
export type Read<D extends Document> = (id: string) => Body<D> | undefined;

/** A read model as a function of the log. Pure: the same events give the same documents, byte by byte. */
export interface Projection<D extends Document> {
  readonly name: string;
  /** Raise it with every change of what the documents contain. */
  readonly version: number;
  /** The event types that it folds. */
  readonly handles: readonly string[];
  readonly indexes: readonly (readonly string[])[];
  /** The indexes that it needs itself to find the targets of an event. Default: none. */
  readonly buildIndexes?: readonly (readonly string[])[];
  /** Whether each batch is published as `EventsCommitted` once the documents contain it. Default: no. */
  readonly publishesBatches?: boolean;
  target(event: StoredEvent): Target;
  /** Documents to look up while this event is folded; none of its own targets. Default: none. */
  reads?(event: StoredEvent): readonly string[];
  /** The document after the event; undefined removes or omits it. */
  evolve(document: Body<D> | undefined, event: StoredEvent, id: string, read: Read<D>): Body<D> | undefined;
  /** Computes derived fields when the document is written, not with every event. Default: none. */
  derive?(document: Body<D>): Body<D>;
}

/** An event before which a projection has stopped. */
export interface Parked {
  readonly position: Position;
  readonly event: string;
  readonly type?: string;
  readonly reason: string;
  /** The document that it cannot be folded into; `stream:<name>` if that cannot be determined. */
  readonly documentId?: string;
}
