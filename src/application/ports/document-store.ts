import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { Position } from './event-store.js';

/** What an index holds: text, number, or nothing. */
export type Indexed = string | number | null | undefined;

/** A read-model document. `position` is the last event folded into it: folding that event again changes nothing. */
export interface Document {
  readonly id: string;
  readonly position: Position;
}

/** The position of a document that is not folded from events: it counts how often it was written. */
export const stepAfter = (before: Position | undefined): Position =>
  String(Number(before ?? 0) + 1).padStart(12, '0');

/** A named set of documents of one version of one projection. */
export interface Collection {
  /** `<projection>@<version>` */
  readonly name: string;
  /** Top-level fields, in index order; each list is one index. */
  readonly indexes: readonly (readonly string[])[];
  /** Indexes that are made once all documents are there; until then nothing can be searched by them. Default: none. */
  readonly laterIndexes?: Collection['indexes'];
  /**
   * Whether the position of a removed document is remembered (a tombstone), so that a late writer cannot bring it back. The latest
   * `MAX_TOMBSTONES` are. For collections whose positions are those of events. Default: no.
   */
  readonly hasTombstones?: boolean;
}

export interface Query {
  /** Fields that equal a value. Only fields named in an index may be asked. */
  readonly where?: Readonly<Record<string, string | number>>;
  /** Fields within bounds, `from` inclusive, `to` exclusive. */
  readonly range?: Readonly<Record<string, { from?: string | number; to?: string | number }>>;
  /** The field to order by, then by id. Documents without it are left out. Default: id alone. */
  readonly orderBy?: string;
  readonly direction?: 'ascending' | 'descending';
  /** The `next` of the page before. */
  readonly after?: string;
  /** At least 1. */
  readonly limit: number;
}

export interface Page<D extends Document> {
  readonly documents: readonly D[];
  /** The cursor to the next page; undefined on the last. */
  readonly next?: string;
}

/** One write: the document as it is now, or undefined to remove it. */
export interface Write {
  readonly id: string;
  readonly position: Position;
  /** Asked for once, when it is written: it may be made only then. */
  readonly document: Document | undefined;
  /** Whether the writer has seen that it is not there; a hint, that may be wrong. Default: it may be there. */
  readonly isNew?: boolean;
}

/** The event that a checkpoint stands at. */
export interface Mark {
  readonly position: Position;
  readonly event: string;
}

/** A document that the store cannot hold, and why. */
export interface Refusal {
  readonly id: string;
  readonly reason: string;
}

/** Documents of one write that the store cannot hold. The others of that write are stored; its checkpoint is not. */
export class DocumentsRefused extends HeraldError {
  constructor(
    collection: string,
    readonly refusals: readonly Refusal[],
  ) {
    super(
      'documents-refused',
      `${refusals.length} documents of ${collection} cannot be stored: ${refusals[0]?.reason ?? ''}`,
    );
  }
}

/** Where read models live. Generic: it knows collections, documents and declared indexes, and no projection. */
export abstract class DocumentStore {
  /** Makes the collection and its indexes if they do not exist. */
  abstract ensure(collection: Collection): Promise<void>;

  /** Which of the indexes that are declared are not there, as lists of their fields; all when the collection is not. */
  abstract missingIndexes(collection: Collection): Promise<readonly string[]>;

  /** The documents with these ids, those that exist. */
  abstract get<D extends Document>(collection: Collection, ids: readonly string[]): Promise<Map<string, D>>;

  /**
   * One page of a query.
   * @throws HeraldError `field-not-indexed`, `invalid-cursor`.
   */
  abstract find<D extends Document>(collection: Collection, query: Query): Promise<Page<D>>;

  /** All documents of a collection in the order of their ids, in flat memory. */
  abstract stream<D extends Document>(collection: Collection): AsyncIterable<D>;

  /**
   * Writes documents, and the checkpoint behind them when one is given; a store with transactions does both in one.
   * @throws DocumentsRefused for those that cannot be made or are larger than `MAX_DOCUMENT_BYTES`; the others are stored,
   * and the checkpoint is not.
   * @param event the id of the event at the checkpoint, kept as its mark.
   */
  abstract write(
    collection: Collection,
    writes: readonly Write[],
    checkpoint?: Position,
    event?: string,
  ): Promise<void>;

  /** The last event that was given with a checkpoint; undefined before the first. */
  abstract mark(collection: Collection): Promise<Mark | undefined>;

  /** The position up to which the collection is folded; undefined before the first. */
  abstract checkpoint(collection: Collection): Promise<Position | undefined>;

  /** Removes the collection, its documents and its checkpoint. */
  abstract drop(collection: Collection): Promise<void>;

  /** What time it is on the store's server; undefined where that is this machine. */
  async serverTime(): Promise<Instant | undefined> {
    return undefined;
  }

  /** Releases files and connections. */
  abstract close(): Promise<void>;
}
