import { resolve } from 'node:path';
import type Database from 'libsql';
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
import { pageOf, textPageOf } from '../documents/cursor.js';
import { indexedFields } from '../documents/indexed-fields.js';
import { oncePerCollection } from '../documents/once-per-collection.js';
import { SerialisedWrites } from '../documents/serialised-writes.js';
import { Removals, TOMBSTONE } from '../documents/tombstones.js';
import type { SqlStatement } from './conditions.js';
import { countStatement } from './count-statement.js';
import { distinctStatement } from './distinct-statement.js';
import { openDocumentFile, openDocumentFileToRead } from './document-file.js';
import {
  columnOf,
  columnValues,
  ensureTable,
  hasTable,
  IS_THERE,
  IS_TOMBSTONE,
  missingIndexesOf,
  tableOf,
} from './document-table.js';
import { documentFailure } from './failures.js';
import { findStatement } from './find-statement.js';
import { ConnectionRunner, PreparedStatements, type StatementRunner } from './statements.js';
import { writing } from './transaction.js';

export interface SqliteDocumentStoreOptions {
  readonly file: string;
  /** `read`: the file must exist, and nothing is changed. Default: `write`. */
  readonly access?: 'read' | 'write';
  /** Writes the documents instead of the store's own connection. Default: none. */
  readonly writer?: StatementRunner | undefined;
}

/** Read models in one SQLite file: one table per collection, one column per indexed field. */
export class SqliteDocumentStore extends DocumentStore {
  private readonly database: Database.Database;
  private readonly statements: PreparedStatements;

  readonly #file: string;
  readonly #access: 'read' | 'write';
  readonly #removals = new Removals();
  readonly #writer: StatementRunner;

  /**
   * Opens or creates the file; its folder must exist.
   * @throws SQLite's error, also while another connection holds the lock.
   */
  constructor({ file, access = 'write', writer }: SqliteDocumentStoreOptions) {
    super();
    this.#file = file;
    this.#access = access;
    this.database = access === 'read' ? openDocumentFileToRead(file) : openDocumentFile(file);
    this.statements = new PreparedStatements(this.database);
    this.#writer = writer ?? new ConnectionRunner(this.database, this.statements, file);
  }

  async ensure(collection: Collection): Promise<void> {
    if (this.#access === 'write') await this.inTransaction(() => ensureTable(this.database, collection));
  }

  async missingIndexes(collection: Collection): Promise<readonly string[]> {
    return missingIndexesOf(this.database, collection);
  }

  async missingAt(collection: Collection): Promise<string | undefined> {
    return hasTable(this.database, collection) ? undefined : resolve(this.#file);
  }

  async get<D extends Document>(collection: Collection, ids: readonly string[]): Promise<Map<string, D>> {
    // One JSON array, because SQLite limits the number of parameters.
    const documents = this.documents<D>({
      sql: `SELECT document FROM ${tableOf(collection)} WHERE id IN (SELECT value FROM json_each(?)) AND ${IS_THERE}`,
      parameters: [JSON.stringify(ids)],
    });
    return new Map(documents.map((document) => [document.id, document]));
  }

  async find<D extends Document>(collection: Collection, query: Query): Promise<Page<D>> {
    return pageOf(query, this.documents<D>(findStatement(collection, query)));
  }

  async findTexts(collection: Collection, query: Query): Promise<TextPage> {
    const { sql, parameters } = findStatement(collection, query);
    return textPageOf(query, this.rows(sql, parameters));
  }

  async count(collection: Collection, query: CountQuery): Promise<readonly Count[]> {
    const { sql, parameters } = countStatement(collection, query);
    return this.table<(string | number | null)[]>(sql, parameters).map((row) => ({
      values: row.slice(0, -1),
      count: row.at(-1) as number,
    }));
  }

  async distinct(collection: Collection, query: DistinctQuery): Promise<readonly string[]> {
    const { sql, parameters } = distinctStatement(collection, query);
    return this.rows(sql, parameters);
  }

  async write(
    collection: Collection,
    writes: readonly Write[],
    checkpoint?: Position,
    mark?: Omit<Mark, 'position'>,
  ): Promise<void> {
    const upsert = upsertSql(collection);
    const remove = `DELETE FROM ${tableOf(collection)} WHERE id = ? AND position < ?`;
    const buried = columnValues(collection, {});
    const serialised = new SerialisedWrites(collection);
    const statements: SqlStatement[] = [];
    const add = (sql: string, parameters: SqlStatement['parameters']) => statements.push({ sql, parameters });
    let removed = 0;
    for (const { id, position, stored } of serialised.of(writes)) {
      if (!stored) removed += 1;
      if (stored) add(upsert, [id, position, stored.json, ...columnValues(collection, stored.document)]);
      else if (collection.hasTombstones) add(upsert, [id, position, TOMBSTONE, ...buried]);
      else add(remove, [id, position]);
    }
    if (this.#removals.isTimeToForget(collection, removed)) add(forgetSql(collection), []);
    if (checkpoint !== undefined && !serialised.hasRefused) {
      add(CHECKPOINT, [collection.name, checkpoint]);
      if (mark) add(MARK, [collection.name, checkpoint, mark.event]);
      if (mark?.read !== undefined) add(READ, [collection.name, checkpoint, mark.read]);
    }
    await this.#writer.run(statements);
    serialised.throwRefused();
  }

  async checkpoint(collection: Collection): Promise<Position | undefined> {
    const [row] = this.rows('SELECT position FROM checkpoints WHERE collection = ?', [collection.name]);
    return row;
  }

  async mark(collection: Collection): Promise<Mark | undefined> {
    // In one statement, because another instance may write the next mark between two.
    const [json] = this.rows(SELECT_MARK, [collection.name]);
    return json === undefined ? undefined : (JSON.parse(json) as Mark);
  }

  async drop(collection: Collection): Promise<void> {
    await this.inTransaction(() => {
      this.database.exec(`DROP TABLE IF EXISTS ${tableOf(collection)}`);
      this.run('DELETE FROM checkpoints WHERE collection = ?', [collection.name]);
      this.run('DELETE FROM marks WHERE collection = ?', [collection.name]);
      this.run('DELETE FROM reads WHERE collection = ?', [collection.name]);
    });
    this.#removals.drop(collection);
    // Statements of dropped versions are not kept.
    this.statements.clear();
    this.#writer.forget();
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.statements.clear();
    this.database.close();
  }

  private documents<D extends Document>({ sql, parameters }: SqlStatement): D[] {
    return this.rows(sql, parameters).map((json) => JSON.parse(json) as D);
  }

  /** The first column of every row. */
  private rows(sql: string, parameters: SqlStatement['parameters']): string[] {
    return this.table<[string]>(sql, parameters).map(([value]) => value);
  }

  // Always all(), never get(): libsql's get() leaves the statement open, and with it a read transaction that locks the table against
  // drop.
  private table<Row>(sql: string, parameters: SqlStatement['parameters']): Row[] {
    try {
      return this.statements
        .of(sql)
        .raw()
        .all([...parameters]) as Row[];
    } catch (error) {
      throw documentFailure(this.#file, error);
    }
  }

  private run(sql: string, parameters: SqlStatement['parameters']): void {
    this.statements.of(sql).run([...parameters]);
  }

  private async inTransaction(work: () => void): Promise<void> {
    try {
      await writing(this.database, work);
    } catch (error) {
      throw documentFailure(this.#file, error);
    }
  }
}

const CHECKPOINT = `INSERT INTO checkpoints (collection, position) VALUES (?, ?)
  ON CONFLICT (collection) DO UPDATE SET position = excluded.position WHERE excluded.position > position`;

const MARK = `INSERT INTO marks (collection, position, event) VALUES (?, ?, ?)
  ON CONFLICT (collection) DO UPDATE SET position = excluded.position, event = excluded.event
  WHERE excluded.position > position`;

const READ = `INSERT INTO reads (collection, position, events) VALUES (?, ?, ?)
  ON CONFLICT (collection) DO UPDATE SET position = excluded.position, events = excluded.events
  WHERE excluded.position > position`;

/** `json_patch` leaves out what is null. */
const SELECT_MARK = `SELECT json_patch('{}', json_object('position', marks.position, 'event', event, 'read', events))
  FROM marks LEFT JOIN reads USING (collection, position) WHERE marks.collection = ?`;

/** Deletes the oldest tombstones. */
const forgetSql = (collection: Collection): string =>
  `DELETE FROM ${tableOf(collection)} WHERE ${IS_TOMBSTONE} AND position <= (SELECT position FROM ${tableOf(collection)}
    WHERE ${IS_TOMBSTONE} ORDER BY position DESC LIMIT 1 OFFSET ${MAX_TOMBSTONES})`;

const upsertSql = oncePerCollection((collection) => {
  const fields = indexedFields(collection).map(columnOf);
  const columns = ['id', 'position', 'document', ...fields];
  const updates = columns.slice(1).map((column) => `${column} = excluded.${column}`);
  return `INSERT INTO ${tableOf(collection)} (${columns.join(', ')})
    VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')} WHERE excluded.position > position`;
});
