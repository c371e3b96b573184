import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
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
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { SystemClock } from '../clock/system-clock.js';
import { plainName } from '../documents/plain-name.js';
import { DocumentThread } from './document-thread/document-thread.js';
import { noFolder, unavailable } from './failures.js';
import { damageOf } from './soundness.js';
import { SqliteDocumentStore } from './sqlite-document-store.js';
import { onceUnlocked, STATEMENT_WAIT_MS } from './transaction.js';

export interface SqliteReadModelsOptions {
  readonly folder: string;
  readonly access?: 'read' | 'write';
  /** Whether a thread of its own writes: for a process that has other work to do meanwhile. Default: no. */
  readonly writesInThread?: boolean;
}

/**
 * Read models in a folder, one SQLite file per collection: a rebuild never waits for the writer of another collection. A
 * damaged file is set aside when it is opened, and the collection begins anew; its declaration says what is lost with it.
 */
export class SqliteReadModels extends DocumentStore {
  readonly #folder: string;
  readonly #access: 'read' | 'write';
  readonly #logger = new Logger('ReadModels');
  readonly #open = new Map<string, Promise<SqliteDocumentStore>>();
  readonly #thread: DocumentThread | undefined;

  /**
   * @param options.folder created if it is missing, unless opened to read.
   * @param options.access `read`: no file is created or changed; a missing collection reads as empty. Default: `write`.
   * @throws HeraldError `read-models-missing` when the folder is opened to read and does not exist,
   * `document-store-unavailable` when it cannot be created, or is no folder.
   */
  constructor({ folder, access = 'write', writesInThread = false }: SqliteReadModelsOptions) {
    super();
    const isThere = requireFolder(folder);
    if (access === 'write') makeFolder(folder);
    else if (!isThere) throw missing(folder);
    if (writesInThread) this.#thread = new DocumentThread();
    this.#folder = folder;
    this.#access = access;
  }

  async ensure(collection: Collection): Promise<void> {
    return (await this.#of(collection)).ensure(collection);
  }

  async missingIndexes(collection: Collection): Promise<readonly string[]> {
    return (await this.#of(collection)).missingIndexes(collection);
  }

  async missingAt(collection: Collection): Promise<string | undefined> {
    const file = this.#fileOf(collection);
    if (!existsSync(file)) return resolve(file);
    return (await this.#of(collection)).missingAt(collection);
  }

  async get<D extends Document>(collection: Collection, ids: readonly string[]): Promise<Map<string, D>> {
    return (await this.#of(collection)).get(collection, ids);
  }

  async find<D extends Document>(collection: Collection, query: Query): Promise<Page<D>> {
    return (await this.#of(collection)).find(collection, query);
  }

  async findTexts(collection: Collection, query: Query): Promise<TextPage> {
    return (await this.#of(collection)).findTexts(collection, query);
  }

  async count(collection: Collection, query: CountQuery): Promise<readonly Count[]> {
    return (await this.#of(collection)).count(collection, query);
  }

  async distinct(collection: Collection, query: DistinctQuery): Promise<readonly string[]> {
    return (await this.#of(collection)).distinct(collection, query);
  }

  async write(
    collection: Collection,
    writes: readonly Write[],
    checkpoint?: Position,
    mark?: Omit<Mark, 'position'>,
  ): Promise<void> {
    return (await this.#of(collection)).write(collection, writes, checkpoint, mark);
  }

  async mark(collection: Collection): Promise<Mark | undefined> {
    return (await this.#of(collection)).mark(collection);
  }

  async checkpoint(collection: Collection): Promise<Position | undefined> {
    return (await this.#of(collection)).checkpoint(collection);
  }

  async drop(collection: Collection): Promise<void> {
    const opening = this.#open.get(collection.name);
    this.#open.delete(collection.name);
    await this.#closed(opening);
    const file = this.#fileOf(collection);
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  }

  async close(): Promise<void> {
    for (const opening of this.#open.values()) await this.#closed(opening);
    this.#open.clear();
    await this.#thread?.close();
  }

  /** Closes a store; one that cannot be opened is closed. */
  async #closed(opening: Promise<SqliteDocumentStore> | undefined): Promise<void> {
    const store = await opening?.catch(() => undefined);
    await store?.close();
  }

  #of(collection: Collection): Promise<SqliteDocumentStore> {
    const { name } = collection;
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const opening = this.#opened(collection);
    this.#open.set(name, opening);
    // The next call opens it again.
    opening.catch(() => this.#open.delete(name));
    return opening;
  }

  /** Waits for the lock of another process without blocking the event loop. */
  async #opened(collection: Collection): Promise<SqliteDocumentStore> {
    const file = this.#fileOf(collection);
    try {
      return await onceUnlocked(() =>
        this.#access === 'write' ? this.#openToWrite(file, collection) : openToRead(file),
      );
    } catch (error) {
      throw unavailable(file, error);
    }
  }

  #openToWrite(file: string, collection: Collection): SqliteDocumentStore {
    const damage = damageOf(file, STATEMENT_WAIT_MS);
    if (damage !== undefined) this.#setAside(file, damage, collection);
    return new SqliteDocumentStore({ file, writer: this.#thread?.of(file) });
  }

  /** Whoever uses the collection then finds it empty. */
  #setAside(file: string, damage: string, { whenLost }: Collection): void {
    const time = new SystemClock().now().replaceAll(':', '-');
    const kept = `${file}.damaged-${time}`;
    renameSync(file, kept);
    for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    this.#logger.error(
      `${resolve(file)} is damaged (${damage}). It was set aside as ${kept}.${whenLost === undefined ? '' : ` ${whenLost}`}`,
    );
  }

  #fileOf({ name }: Pick<Collection, 'name'>): string {
    return join(this.#folder, `${plainName(name)}.db`);
  }
}

/** SQLite's name for an in-memory database. */
const NOWHERE = ':memory:';

/** A missing collection reads as empty. */
const openToRead = (file: string): SqliteDocumentStore =>
  new SqliteDocumentStore(existsSync(file) ? { file, access: 'read' } : { file: NOWHERE });

/** Whether the folder is there. @throws HeraldError `document-store-unavailable` if something else is there, or nobody may look. */
const requireFolder = (folder: string): boolean => {
  let isFolder: boolean | undefined;
  try {
    isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  } catch (error) {
    throw unavailable(folder, error);
  }
  if (isFolder === false) throw noFolder(folder);
  return isFolder === true;
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unavailable(folder, error);
  }
};

const missing = (folder: string): HeraldError =>
  new HeraldError(
    'read-models-missing',
    `There are no read models at ${resolve(folder)}. Set HERALD_READ_MODELS to Herald's read models, or start Herald first.`,
    'HERALD_READ_MODELS',
  );
