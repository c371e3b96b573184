import {
  type Db,
  type Filter,
  type MongoClient,
  type Collection as MongoCollection,
  MongoServerError,
} from 'mongodb';
import {
  type Collection,
  type Count,
  type CountQuery,
  type DistinctQuery,
  type Document,
  DocumentStore,
  type Mark,
  type Page,
  type Query,
  type TextPage,
  type Write,
} from '../../application/ports/document-store.js';
import type { Position } from '../../application/ports/event-store.js';
import { MAX_TOMBSTONES } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { pageOf, textPageOf } from '../documents/cursor.js';
import { keptFieldsOf, searchedFieldsOf } from '../documents/index-parts.js';
import { indexedFields, indexedValue, requireIndexed } from '../documents/indexed-fields.js';
import { plainName } from '../documents/plain-name.js';
import { type SerialisedWrite, SerialisedWrites } from '../documents/serialised-writes.js';
import { Removals, TOMBSTONE } from '../documents/tombstones.js';
import { clientOf, databaseIn, failureOf } from './connection.js';
import { countedOf, fieldOf, filterOf, IS_THERE, matching, sortOf } from './find-filter.js';
import { type GuardedWrite, writeInOrder } from './guarded-writes.js';
import type { StoredCollection, StoredDocument } from './stored.js';

/** Limits of one bulk write, in documents and in characters. */
const WRITE_CHUNK = 1_000;
const WRITE_CHUNK_SIZE = 16 * 1024 * 1024;
const NAMESPACE_NOT_FOUND = 26;

/**
 * Read models in MongoDB. A document is stored as its JSON, beside the searchable fields. It uses no transactions, so any
 * deployment works: the checkpoint is written after the documents, and a crash in between repeats events without effect,
 * because every document holds the position of the last event folded into it. Every operation throws HeraldError
 * `document-store-unavailable` when the server fails.
 */
export class MongodbDocumentStore extends DocumentStore {
  readonly #client: MongoClient;
  readonly #database: Db;
  readonly #url: string;
  readonly #removals = new Removals();
  #isClosed = false;

  /**
   * Connects with the first operation. The database is that of the URL, or `herald`.
   * @throws HeraldError `invalid-configuration` for an invalid URL.
   */
  constructor({ url }: { readonly url: string }) {
    super();
    this.#url = url;
    this.#client = clientOf(url);
    this.#database = this.#client.db(databaseIn(url));
  }

  async ensure(collection: Collection): Promise<void> {
    return this.#answered(async () => {
      const fields = indexedFields(collection);
      const known = await this.#collections().findOne({ _id: collection.name });
      const missing = fields.filter((field) => !known?.fields?.includes(field));
      if (known && missing.length > 0) await this.#fill(collection, fields);
      const documents = this.#documents(collection);
      for (const index of collection.indexes) {
        const fieldsOf = (names: readonly string[]) => names.map(fieldOf);
        const keys = [...fieldsOf(searchedFieldsOf(index)), '_id', ...fieldsOf(keptFieldsOf(index))];
        await documents.createIndex(Object.fromEntries(keys.map((key) => [key, 1])), {
          name: fieldsOf(index).join(','),
        });
      }
      if (collection.hasTombstones)
        await documents.createIndex({ removed: 1 }, { name: 'removed', sparse: true });
      const all = [...new Set([...(known?.fields ?? []), ...fields])];
      await this.#collections().updateOne(
        { _id: collection.name },
        { $set: { fields: all } },
        { upsert: true },
      );
    });
  }

  async missingIndexes(collection: Collection): Promise<readonly string[]> {
    return this.#answered(async () => {
      const found = await this.#documents(collection)
        .listIndexes()
        .toArray()
        .catch((error) => {
          // A missing collection has no indexes; listing them would be an error.
          if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
          throw error;
        });
      const present = new Set(found.map(({ name }) => name as string));
      return collection.indexes
        .filter((fields) => !present.has(fields.map(fieldOf).join(',')))
        .map((fields) => fields.join(', '));
    });
  }

  async missingAt({ name }: Collection): Promise<string | undefined> {
    return this.#answered(async () => {
      const found = this.#database.listCollections({ name: plainName(name) }, { nameOnly: true });
      return (await found.hasNext()) ? undefined : `${this.#database.databaseName}.${plainName(name)}`;
    });
  }

  async get<D extends Document>(collection: Collection, ids: readonly string[]): Promise<Map<string, D>> {
    return this.#answered(async () => {
      const found = this.#documents(collection).find({ _id: { $in: [...ids] }, ...IS_THERE });
      const documents = new Map<string, D>();
      for await (const { _id, json } of found) documents.set(_id, JSON.parse(json) as D);
      return documents;
    });
  }

  async find<D extends Document>(collection: Collection, query: Query): Promise<Page<D>> {
    const found = await this.#found(collection, query);
    return pageOf(
      query,
      found.map((json) => JSON.parse(json) as D),
    );
  }

  async findTexts(collection: Collection, query: Query): Promise<TextPage> {
    return textPageOf(query, await this.#found(collection, query));
  }

  /** The JSON of a page, and of one document more, which shows whether there is a next page. */
  #found(collection: Collection, query: Query): Promise<readonly string[]> {
    return this.#answered(async () => {
      requireIndexed(collection, query);
      const rows = await this.#documents(collection)
        .find(filterOf(query))
        .sort(sortOf(query))
        .limit(query.limit + 1)
        .toArray();
      return rows.map(({ json }) => json);
    });
  }

  async count(collection: Collection, query: CountQuery): Promise<readonly Count[]> {
    return this.#answered(async () => {
      requireIndexed(collection, query);
      const keys = query.by.map((field, n) => [`v${n}`, fieldOf(field)] as const);
      const groups = await this.#documents(collection)
        .aggregate<{ _id: Record<string, string | number | null>; count: number }>([
          { $match: countedOf(query) },
          {
            $group: {
              _id: Object.fromEntries(keys.map(([key, field]) => [key, `$${field}`])),
              count: { $sum: 1 },
            },
          },
          { $sort: Object.fromEntries(keys.map(([key]) => [`_id.${key}`, 1])) },
        ])
        .toArray();
      return groups.map(({ _id, count }) => ({ values: keys.map(([key]) => _id[key] ?? null), count }));
    });
  }

  async distinct(
    collection: Collection,
    { field, range: { from, to }, where = {}, limit }: DistinctQuery,
  ): Promise<readonly string[]> {
    return this.#answered(async () => {
      requireIndexed(collection, { where, orderBy: field });
      const key = fieldOf(field);
      const values: string[] = [];
      while (values.length < limit) {
        const last = values.at(-1);
        const above = last === undefined ? { $gte: from } : { $gt: last };
        const [next] = await this.#documents(collection)
          .find({
            $and: [...matching({ where }), { [key]: { ...above, $lt: to } }],
          } as Filter<StoredDocument>)
          .project<Record<string, string>>({ [key]: 1 })
          .sort({ [key]: 1 })
          .limit(1)
          .toArray();
        const value = next?.[key];
        if (value === undefined) break;
        values.push(value);
      }
      return values;
    });
  }

  async write(
    collection: Collection,
    writes: readonly Write[],
    checkpoint?: Position,
    mark?: Omit<Mark, 'position'>,
  ): Promise<void> {
    return this.#answered(async () => {
      const serialised = new SerialisedWrites(collection);
      let removed = 0;
      for (const chunk of chunksOf(serialised.of(writes))) {
        removed += chunk.filter(({ stored }) => !stored).length;
        await writeInOrder(
          this.#documents(collection),
          chunk.map((write) => operationsOf(collection, write)),
          (id, reason) => serialised.refuse(id, reason),
        );
      }
      if (this.#removals.isTimeToForget(collection, removed)) await this.#forgetTombstones(collection);
      serialised.throwRefused();
      if (checkpoint === undefined) return;
      const filter = {
        _id: collection.name,
        $or: [{ position: { $exists: false } }, { position: { $lt: checkpoint } }],
      };
      const marked = mark === undefined ? {} : { mark: { position: checkpoint, ...mark } };
      const update = { $set: { position: checkpoint, ...marked }, $setOnInsert: { fields: [] } };
      await writeInOrder(this.#collections(), [
        { id: collection.name, guarded: { updateOne: { filter, update, upsert: true } } },
      ]);
    });
  }

  async checkpoint(collection: Collection): Promise<Position | undefined> {
    return this.#answered(async () => {
      return (await this.#collections().findOne({ _id: collection.name }))?.position;
    });
  }

  async mark(collection: Collection): Promise<Mark | undefined> {
    return this.#answered(async () => {
      return (await this.#collections().findOne({ _id: collection.name }))?.mark;
    });
  }

  async drop(collection: Collection): Promise<void> {
    return this.#answered(async () => {
      await this.#documents(collection).drop();
      await this.#collections().deleteOne({ _id: collection.name });
      this.#removals.drop(collection);
    });
  }

  override async serverTime(): Promise<Instant | undefined> {
    return this.#answered(async () => {
      const { localTime } = await this.#database.command({ hello: 1 });
      return localTime instanceof Date ? localTime.toISOString() : undefined;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#client.close();
  }

  /** Adds missing searchable fields to documents that were written before those were declared. */
  async #fill(collection: Collection, fields: readonly string[]): Promise<void> {
    const documents = this.#documents(collection);
    for await (const { _id, json, position } of documents.find(IS_THERE)) {
      const values = searched({ name: collection.name, indexes: [fields] }, JSON.parse(json) as object);
      // Only if unchanged since it was read: a newer document has its fields.
      await documents.updateOne({ _id, position }, { $set: values });
    }
  }

  async #forgetTombstones(collection: Collection): Promise<void> {
    const documents = this.#documents(collection);
    const [oldest] = await documents
      .find({ removed: { $gt: '' } })
      .sort({ removed: -1 })
      .skip(MAX_TOMBSTONES)
      .limit(1)
      .toArray();
    if (oldest?.removed) await documents.deleteMany({ removed: { $gt: '', $lte: oldest.removed } });
  }

  async #answered<T>(ask: () => Promise<T>): Promise<T> {
    try {
      // Where the driver connects by itself and fails, all but one of the operations learn no more than "Topology is closed".
      if (!this.#isClosed) await this.#client.connect();
      return await ask();
    } catch (error) {
      throw failureOf(error, this.#url);
    }
  }

  #documents({ name }: Collection): MongoCollection<StoredDocument> {
    return this.#database.collection<StoredDocument>(plainName(name));
  }

  #collections(): MongoCollection<StoredCollection> {
    return this.#database.collection<StoredCollection>('collections');
  }
}

/**
 * Replaces a document only if it is older, so a repeated write has no effect. New documents are inserted, which is much faster.
 */
const operationsOf = (
  collection: Collection,
  { id, position, stored, isNew }: SerialisedWrite,
): GuardedWrite<StoredDocument> => {
  const filter = { _id: id, position: { $lt: position } };
  if (!stored && !collection.hasTombstones) return { id, guarded: { deleteOne: { filter } } };
  const replacement = stored
    ? { position, json: stored.json, ...searched(collection, stored.document) }
    : { position, json: TOMBSTONE, removed: position };
  const guarded = { replaceOne: { filter, replacement, upsert: true } };
  return isNew
    ? { id, guarded, first: { insertOne: { document: { _id: id, ...replacement } } } }
    : { id, guarded };
};

/** Chunks that are small enough to be in memory while they are sent. */
function* chunksOf(writes: Iterable<SerialisedWrite>): Generator<SerialisedWrite[], void, undefined> {
  let chunk: SerialisedWrite[] = [];
  let size = 0;
  for (const write of writes) {
    chunk.push(write);
    size += write.stored?.json.length ?? 0;
    if (chunk.length < WRITE_CHUNK && size < WRITE_CHUNK_SIZE) continue;
    yield chunk;
    chunk = [];
    size = 0;
  }
  if (chunk.length > 0) yield chunk;
}

const searched = (collection: Collection, document: object): Record<string, string | number | null> =>
  Object.fromEntries(
    indexedFields(collection).map((field) => [
      fieldOf(field),
      indexedValue((document as Record<string, unknown>)[field]),
    ]),
  );
