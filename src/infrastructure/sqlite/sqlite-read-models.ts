import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Collection,
  type Document,
  DocumentStore,
  type Page,
  type Query,
  type Write,
} from '../../application/document-store.js';
import type { Position } from '../../application/event-store.js';
import { HeraldError } from '../../domain/herald-error.js';
import { plainName } from '../documents/plain-name.js';
import { SqliteDocumentStore } from './sqlite-document-store.js';

export interface SqliteReadModelsOptions {
  readonly folder: string;
  readonly access?: 'read' | 'write';
}

/** Read models in a folder, a SQLite file for each collection: who rebuilds one never waits for who writes another. */
export class SqliteReadModels extends DocumentStore {
  readonly #folder: string;
  readonly #access: 'read' | 'write';
  readonly #open = new Map<string, SqliteDocumentStore>();

  /**
   * @param options.folder made if it is missing, unless it is only read.
   * @param options.access `read`: no file is made or changed; a collection that is not there reads as empty. Default: `write`.
   * @throws HeraldError `read-models-missing` when the folder is to be read and is not there.
   */
  constructor({ folder, access = 'write' }: SqliteReadModelsOptions) {
    super();
    if (access === 'write') mkdirSync(folder, { recursive: true });
    else if (!existsSync(folder)) throw missing(folder);
    this.#folder = folder;
    this.#access = access;
  }

  ensure(collection: Collection): Promise<void> {
    return this.#of(collection).ensure(collection);
  }

  missingIndexes(collection: Collection): Promise<readonly string[]> {
    return this.#of(collection).missingIndexes(collection);
  }

  get<D extends Document>(collection: Collection, ids: readonly string[]): Promise<Map<string, D>> {
    return this.#of(collection).get(collection, ids);
  }

  find<D extends Document>(collection: Collection, query: Query): Promise<Page<D>> {
    return this.#of(collection).find(collection, query);
  }

  stream<D extends Document>(collection: Collection): AsyncIterable<D> {
    return this.#of(collection).stream(collection);
  }

  write(collection: Collection, writes: readonly Write[], checkpoint?: Position): Promise<void> {
    return this.#of(collection).write(collection, writes, checkpoint);
  }

  checkpoint(collection: Collection): Promise<Position | undefined> {
    return this.#of(collection).checkpoint(collection);
  }

  async drop(collection: Collection): Promise<void> {
    await this.#open.get(collection.name)?.close();
    this.#open.delete(collection.name);
    const file = this.#fileOf(collection);
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  }

  async close(): Promise<void> {
    for (const store of this.#open.values()) await store.close();
    this.#open.clear();
  }

  #of(collection: Collection): SqliteDocumentStore {
    const known = this.#open.get(collection.name);
    if (known) return known;
    const file = this.#fileOf(collection);
    const isThere = this.#access === 'write' || existsSync(file);
    const store = isThere
      ? new SqliteDocumentStore({ file, access: this.#access })
      : new SqliteDocumentStore({ file: NOWHERE });
    this.#open.set(collection.name, store);
    return store;
  }

  #fileOf({ name }: Collection): string {
    return join(this.#folder, `${plainName(name)}.db`);
  }
}

/** What SQLite calls a database that is in no file. */
const NOWHERE = ':memory:';

const missing = (folder: string): HeraldError =>
  new HeraldError(
    'read-models-missing',
    `There is no folder ${resolve(folder)}, so there are no read models. Set HERALD_READ_MODELS to those that Herald writes, or start Herald first.`,
    'HERALD_READ_MODELS',
  );
