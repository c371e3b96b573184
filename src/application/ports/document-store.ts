import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { Position } from './event-store.js';

/** The value of an indexed field: text, number, or nothing. */
export type Indexed = string | number | null | undefined;

/** A read-model document. `position` is the last event folded into it: folding that event again changes nothing. */
export interface Document {
  readonly id: string;
  readonly position: Position;
}

/** The position of a document that is not folded from events: it counts the writes. */
export const stepAfter = (before: Position | undefined): Position =>
  String(Number(before ?? 0) + 1).padStart(12, '0');

/** A named set of documents of one version of one projection. */
export interface Collection {
  /** `<projection>@<version>` */
  readonly name: string;
  /**
   * Top-level fields in index order; each list is one index. One that is written as `+field`, after the others, is kept in the index: what the
   * others find is compared by it without reading documents.
   */
  readonly indexes: readonly (readonly string[])[];
  /** Indexes that are created once all documents are there; until then queries cannot use them. Default: none. */
  readonly laterIndexes?: Collection['indexes'];
  /**
   * Whether positions of removed documents are kept as tombstones, so that a late writer cannot restore them; the latest
   * `MAX_TOMBSTONES` are. For collections whose positions are those of events. Default: no.
   */
  readonly hasTombstones?: boolean;
  /** What is lost, or made again, when the documents are damaged and set aside: sentences for the log. Default: nothing is said. */
  readonly whenLost?: string;
}

export interface Query {
  /**
   * Fields that equal a value; one of them may equal any of several, which is one index search for each. Only indexed fields may be
   * queried, and `id`.
   */
  readonly where?: Readonly<Record<string, string | number | readonly string[]>>;
  /** Fields within bounds, `from` inclusive, `to` exclusive. */
  readonly range?: Readonly<Record<string, { from?: string | number; to?: string | number }>>;
  /** The field to order by, then by id. Documents without it are omitted. Default: id alone. */
  readonly orderBy?: string;
  readonly direction?: 'ascending' | 'descending';
  /** The `next` of the previous page. */
  readonly after?: string | undefined;
  /** At least 1. */
  readonly limit: number;
}

/** What is counted, and by which fields; `where` and `range` are those of a query. All fields are indexed. */
export interface CountQuery extends Pick<Query, 'where' | 'range'> {
  /**
   * The fields whose values are told apart. Documents are counted from an index alone where one begins with the field of the range
   * or with these fields, and has all fields that the query names.
   */
  readonly by: readonly string[];
}

/** Which texts of a field are told apart. All fields are indexed; to find each with one search, one index has `where`, then the field. */
export interface DistinctQuery {
  readonly field: string;
  /** `from` inclusive, `to` exclusive. */
  readonly range: { readonly from: string; readonly to: string };
  /** Fields of the documents that equal a value. Default: all documents. */
  readonly where?: Readonly<Record<string, string>>;
  /** At least 1. */
  readonly limit: number;
}

/** How many documents have these values. */
export interface Count {
  /** In the order of the fields that were counted by; null for documents without the field. */
  readonly values: readonly (string | number | null)[];
  readonly count: number;
}

export interface Page<D extends Document> {
  readonly documents: readonly D[];
  /** The cursor to the next page; undefined on the last. */
  readonly next?: string;
}

/** A page of documents as their JSON. */
export interface TextPage extends Pick<Page<Document>, 'next'> {
  readonly texts: readonly string[];
}

/** One write: the document as it is now, or undefined to remove it. */
export interface Write {
  readonly id: string;
  readonly position: Position;
  /** Read once, when it is written: it may be built only then. */
  readonly document: Document | undefined;
  /** A hint that the document does not exist yet; it may be wrong. Default: it may exist. */
  readonly isNew?: boolean;
}

/** The event at a checkpoint. */
export interface Mark {
  readonly position: Position;
  readonly event: string;
  /** How many events were read up to there; absent in marks of older versions of Herald. */
  readonly read?: number | undefined;
}

/** A document that the store cannot hold, and why. */
export interface Refusal {
  readonly id: string;
  readonly reason: string;
}

/** Documents of one write that the store cannot hold. The other documents of that write are stored; its checkpoint is not. */
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

/** How many documents of a stream are in memory at once. */
const STREAM_PAGE = 500;

/** The store of the read models. Generic: it knows collections, documents and declared indexes, but no projection. */
export abstract class DocumentStore {
  /** Creates the collection and its indexes if they do not exist. */
  abstract ensure(collection: Collection): Promise<void>;

  /** The declared indexes that are missing, as lists of their fields; all of them if the collection does not exist. */
  abstract missingIndexes(collection: Collection): Promise<readonly string[]>;

  /** Where the collection would be, for operators; undefined if it exists. */
  abstract missingAt(collection: Collection): Promise<string | undefined>;

  /** The existing documents among these ids. */
  abstract get<D extends Document>(collection: Collection, ids: readonly string[]): Promise<Map<string, D>>;

  /**
   * One page of a query.
   * @throws HeraldError `field-not-indexed`, `invalid-cursor`.
   */
  abstract find<D extends Document>(collection: Collection, query: Query): Promise<Page<D>>;

  /**
   * The same page as the JSON that is stored, for those who pass it on: to parse it and to write it again takes most of their time.
   * @throws HeraldError `field-not-indexed`, `invalid-cursor`.
   */
  abstract findTexts(collection: Collection, query: Query): Promise<TextPage>;

  /**
   * How many documents of a query there are for each combination of values, in the order of the values.
   * @throws HeraldError `field-not-indexed`.
   */
  abstract count(collection: Collection, query: CountQuery): Promise<readonly Count[]>;

  /**
   * The distinct texts of a field within bounds, in order.
   * @throws HeraldError `field-not-indexed`.
   */
  abstract distinct(collection: Collection, query: DistinctQuery): Promise<readonly string[]>;

  /**
   * All documents of a query, in constant memory. They are read page by page: an open statement would hold up the store while
   * the reader waits.
   * @param query default: the whole collection, in the order of the ids.
   */
  async *stream<D extends Document>(
    collection: Collection,
    query: Omit<Query, 'limit' | 'after'> = {},
  ): AsyncGenerator<D, void, undefined> {
    let after: string | undefined;
    do {
      const page: Page<D> = await this.find<D>(collection, { ...query, limit: STREAM_PAGE, after });
      yield* page.documents;
      after = page.next;
    } while (after !== undefined);
  }

  /**
   * Writes documents, then the checkpoint if given; a store with transactions does both in one.
   * @throws DocumentsRefused for documents that cannot be serialised or are larger than `MAX_DOCUMENT_BYTES`; the others are
   * stored, the checkpoint is not.
   * @param mark of the checkpoint: the id of the event there, and how many were read.
   */
  abstract write(
    collection: Collection,
    writes: readonly Write[],
    checkpoint?: Position,
    mark?: Omit<Mark, 'position'>,
  ): Promise<void>;

  /** The event at the last checkpoint; undefined before the first. */
  abstract mark(collection: Collection): Promise<Mark | undefined>;

  /** The position up to which the collection is folded; undefined before the first. */
  abstract checkpoint(collection: Collection): Promise<Position | undefined>;

  /** Removes the collection, its documents and its checkpoint. */
  abstract drop(collection: Collection): Promise<void>;

  /** The time of the store's server; undefined if that is this machine. */
  async serverTime(): Promise<Instant | undefined> {
    return undefined;
  }

  /** Releases files and connections. */
  abstract close(): Promise<void>;
}
