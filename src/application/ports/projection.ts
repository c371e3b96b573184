import type { Document } from './document-store.js';
import type { Position, StoredEvent } from './event-store.js';

/** A document as a projection writes it; the runner puts the position to it. */
export type Body<D extends Document> = Omit<D, 'position'>;

/** The documents that an event is folded into: by id, and all that match a condition on indexed fields. */
export interface Target {
  readonly ids?: readonly string[];
  readonly where?: Readonly<Record<string, string | number>>;
}

/** Other documents of the same projection, as they were before the event; those that `reads` names. */
export type Read<D extends Document> = (id: string) => Body<D> | undefined;

/** A read model as a function of the log. Pure: the same events, byte by byte the same documents. */
export interface Projection<D extends Document> {
  readonly name: string;
  /** Raised with every change of what the documents hold. */
  readonly version: number;
  /** The types of the events that it folds. */
  readonly handles: readonly string[];
  readonly indexes: readonly (readonly string[])[];
  /** Those of the indexes that it needs itself, to find what an event concerns. Default: none. */
  readonly buildIndexes?: readonly (readonly string[])[];
  target(event: StoredEvent): Target;
  /** Documents to look something up in while this event is folded; none that it concerns itself. Default: none. */
  reads?(event: StoredEvent): readonly string[];
  /** The document after the event; undefined removes it, or leaves it out. */
  evolve(document: Body<D> | undefined, event: StoredEvent, id: string, read: Read<D>): Body<D> | undefined;
  /** Fields that follow from the others, filled in when the document is written: not with every event. Default: none. */
  derive?(document: Body<D>): Body<D>;
}

/** An event that a projection stands still before. */
export interface Parked {
  readonly position: Position;
  readonly event: string;
  readonly type?: string;
  readonly reason: string;
  /** The document that it cannot be folded into; `stream:<name>` where that cannot be said. */
  readonly documentId?: string;
}
