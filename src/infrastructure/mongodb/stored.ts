import type { Mark } from '../../application/ports/document-store.js';
import type { Position } from '../../application/ports/event-store.js';

/** A document in MongoDB; the searchable fields are beside these. */
export interface StoredDocument {
  readonly _id: string;
  readonly position: Position;
  /** The document, byte for byte; `TOMBSTONE` in the place of a removed one. */
  readonly json: string;
  /** For a tombstone: its position, by which old ones are found. */
  readonly removed?: Position;
  readonly [field: `f_${string}`]: string | number | null;
}

/** What is stored about a collection. */
export interface StoredCollection {
  readonly _id: string;
  /** The searchable fields of its documents; absent if the database was dropped while an instance wrote. */
  readonly fields?: readonly string[];
  /** The checkpoint. */
  readonly position?: Position;
  /** The event at the checkpoint. */
  readonly mark?: Mark;
}
