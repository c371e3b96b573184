import type { Mark } from '../../application/ports/document-store.js';
import type { Position } from '../../application/ports/event-store.js';

/** A document as MongoDB holds it; beside these the fields that are searched. */
export interface StoredDocument {
  readonly _id: string;
  readonly position: Position;
  /** The document, byte for byte; `TOMBSTONE` in the place of a removed one. */
  readonly json: string;
  /** Of a tombstone: its position, by which old ones are found. */
  readonly removed?: Position;
  readonly [field: `f_${string}`]: string | number | null;
}

/** What is known of a collection. */
export interface StoredCollection {
  readonly _id: string;
  /** The fields that its documents hold to be searched by. */
  readonly fields: readonly string[];
  /** The checkpoint. */
  readonly position?: Position;
  /** The event that it stands at. */
  readonly mark?: Mark;
}
