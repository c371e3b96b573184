import { Injectable } from '@nestjs/common';
import { HeraldError, hasCode } from '../../../domain/kernel/herald-error.js';
import {
  type Collection,
  type Count,
  type CountQuery,
  type DistinctQuery,
  type Document,
  DocumentStore,
  type Page,
  type Query,
  stepAfter,
  type TextPage,
} from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';
import { PROJECTIONS } from '../all.js';
import { newer } from './projection-errors.js';

/** One set of documents of one version of a projection: `history@1.2` is the second of version 1. */
export interface BuildName {
  readonly projection: string;
  readonly version: number;
  readonly build: number;
}

/** The live set of documents of a projection. */
export interface Live extends Document {
  readonly live: BuildName;
  /** The previous set, kept until it is dropped. */
  readonly previous?: BuildName | undefined;
  readonly indexes: Collection['indexes'];
  /** They are being built from the log for the first time, and nothing answers in their place. */
  readonly isFirstBuild?: true;
}

const POINTERS: Collection = {
  name: 'live@1',
  indexes: [],
  whenLost:
    'Which documents answered is lost: the first ones of each projection answer, and are brought up to date from the log.',
};

/** The name of a set of documents. */
export const nameOf = ({ projection, version, build }: BuildName): string =>
  `${projection}@${version}.${build}`;

const isSame = (a: BuildName | undefined, b: BuildName | undefined): boolean =>
  (a && nameOf(a)) === (b && nameOf(b));

/** The collection of a set of documents. */
export const collectionOf = (name: BuildName, indexes: Collection['indexes']): Collection => ({
  name: nameOf(name),
  indexes,
  hasTombstones: true,
  whenLost: 'It is rebuilt from the log.',
});

/** The live read models: one set of documents for each projection. */
@Injectable()
export class ReadModels {
  readonly #live = new Map<string, Live>();
  /** Names of sets that are unavailable until they are rebuilt. */
  readonly #setAside = new Set<string>();
  /** By projection: the name of the set that no instance writes, because it is of a newer version. */
  readonly #withoutWriter = new Map<string, string>();

  constructor(private readonly documents: DocumentStore) {}

  /** Reads which sets are live, without changes; a projection that was never built is missing. */
  async peek(): Promise<ReadonlyMap<string, Live>> {
    await this.documents.ensure(POINTERS);
    return this.#read();
  }

  #read(): Promise<Map<string, Live>> {
    return this.documents.get<Live>(
      POINTERS,
      PROJECTIONS.map(({ name }) => name),
    );
  }

  /** Reads which documents are live; a projection that was never built gets its first. It touches no documents: some may be locked. */
  async open(): Promise<void> {
    const known = await this.peek();
    for (const projection of PROJECTIONS) {
      const live = known.get(projection.name);
      if (live) this.#live.set(projection.name, live);
      else
        await this.#write(projection, {
          live: { projection: projection.name, version: projection.version, build: 1 },
        });
    }
  }

  /** Reads again which sets are live: another instance may have swapped them. */
  async refresh(): Promise<void> {
    for (const [name, live] of await this.#read())
      if (live.position > (this.#live.get(name)?.position ?? '')) this.#live.set(name, live);
  }

  /** The live set of a projection. */
  of({ name }: Pick<Projection<Document>, 'name'>): Live {
    const live = this.#live.get(name);
    if (!live) throw new Error(`The read model ${name} is queried before it is opened.`);
    return live;
  }

  /** The collection of the live documents of a projection. */
  collection(projection: Pick<Projection<Document>, 'name'>): Collection {
    const { live, indexes } = this.of(projection);
    return collectionOf(live, indexes);
  }

  /**
   * Makes another set of documents live, with one write, so that there is always exactly one.
   * @param seen what was live when this was decided.
   * @throws HeraldError `swap-conflict` when another instance has made another set live since.
   */
  async point(
    projection: Pick<Projection<Document>, 'name' | 'indexes'>,
    answers: Pick<Live, 'live' | 'previous'>,
    seen: Live,
  ): Promise<void> {
    const { name } = projection;
    const stored = await this.#write(projection, answers, seen);
    if (isSame(stored.live, answers.live) && isSame(stored.previous, answers.previous)) return;
    // Only a note about the same documents was written meanwhile.
    if (isSame(stored.live, seen.live) && isSame(stored.previous, seen.previous))
      return this.point(projection, answers, stored);
    throw new HeraldError(
      'swap-conflict',
      `Conflict: another instance activated ${nameOf(stored.live)} for ${name}. Review it, then retry.`,
    );
  }

  /** Notes whether the live documents are being built for the first time, also for other instances and after a restart. */
  async noteFirstBuild(projection: Projection<Document>, isFirstBuild: boolean): Promise<void> {
    const seen = this.of(projection);
    const { live, previous } = seen;
    await this.#write(projection, { live, previous, ...(isFirstBuild && { isFirstBuild }) }, seen);
  }

  /** What is live afterwards: of two concurrent writes the store accepts one. */
  async #write(
    { name, indexes }: Pick<Projection<Document>, 'name' | 'indexes'>,
    { live, previous, isFirstBuild }: Pick<Live, 'live' | 'previous' | 'isFirstBuild'>,
    seen?: Live,
  ): Promise<Live> {
    const position = stepAfter(seen?.position);
    const document: Live = {
      ...{ id: name, position, live, indexes },
      ...(previous && { previous }),
      ...(isFirstBuild && { isFirstBuild }),
    };
    await this.documents.write(POINTERS, [{ id: name, position, document }]);
    const stored = (await this.#read()).get(name) ?? document;
    this.#live.set(name, stored);
    return stored;
  }

  /** Makes the documents of a projection unavailable, or available again. */
  setAside(name: string, isAside: boolean): void {
    if (isAside) this.#setAside.add(name);
    else this.#setAside.delete(name);
  }

  /** Without a writer the live documents lack what was recorded since, so that what is asked of them is refused. */
  noteWriter({ name }: Pick<Projection<Document>, 'name'>, hasWriter: boolean): void {
    if (hasWriter) this.#withoutWriter.delete(name);
    else this.#withoutWriter.set(name, this.collection({ name }).name);
  }

  /** Whether an instance writes the live documents, as far as is known. */
  hasWriter({ name }: Pick<Projection<Document>, 'name'>): boolean {
    return this.#withoutWriter.get(name) !== this.collection({ name }).name;
  }

  /**
   * The existing documents of a projection among these ids.
   * @throws HeraldError `read-models-rebuilding`, `projection-newer`.
   */
  async get<D extends Document>({ name }: Projection<D>, ids: readonly string[]): Promise<Map<string, D>> {
    return this.documents.get<D>(this.#answering({ name }), ids);
  }

  /**
   * One page of a projection's documents.
   * @throws HeraldError `field-not-indexed`, `invalid-cursor`, `read-models-rebuilding`, `projection-newer`.
   */
  async find<D extends Document>(projection: Projection<D>, query: Query): Promise<Page<D>> {
    return this.#asked(projection, (collection) => this.documents.find<D>(collection, query));
  }

  /**
   * One page of a projection's documents as their JSON.
   * @throws HeraldError `field-not-indexed`, `invalid-cursor`, `read-models-rebuilding`, `projection-newer`.
   */
  findTexts(projection: Projection<Document>, query: Query): Promise<TextPage> {
    return this.#asked(projection, (collection) => this.documents.findTexts(collection, query));
  }

  /**
   * How many documents there are for each combination of values.
   * @throws HeraldError `field-not-indexed`, `read-models-rebuilding`, `projection-newer`.
   */
  count(projection: Projection<Document>, query: CountQuery): Promise<readonly Count[]> {
    return this.#asked(projection, (collection) => this.documents.count(collection, query));
  }

  /**
   * The distinct texts of a field within bounds.
   * @throws HeraldError `field-not-indexed`, `read-models-rebuilding`, `projection-newer`.
   */
  distinct(projection: Projection<Document>, query: DistinctQuery): Promise<readonly string[]> {
    return this.#asked(projection, (collection) => this.documents.distinct(collection, query));
  }

  /** Documents of an older version answer until they are rebuilt, except by fields that only the new version has. */
  async #asked<T>(
    projection: Pick<Projection<Document>, 'name' | 'version'>,
    ask: (collection: Collection) => Promise<T>,
  ): Promise<T> {
    try {
      return await ask(this.#answering(projection));
    } catch (error) {
      const isOlder = this.of(projection).live.version < projection.version;
      throw isOlder && hasCode(error, 'field-not-indexed') ? outdated(projection.name) : error;
    }
  }

  #answering({ name }: Pick<Projection<Document>, 'name'>): Collection {
    if (this.#setAside.has(name)) throw rebuilding(name);
    if (!this.hasWriter({ name })) throw newer(name);
    return this.collection({ name });
  }
}

/** The error for queries that only the documents of a new version can answer. */
const outdated = (name: string): HeraldError =>
  new HeraldError(
    'read-models-rebuilding',
    `${name} is being rebuilt for this version of Herald, and cannot answer this before. Retry later; GET /v1/projections/${name} shows the progress.`,
  );

/** The error for queries of documents that were built from another log. */
export const rebuilding = (name: string): HeraldError =>
  new HeraldError(
    'read-models-rebuilding',
    `The log was restored, and ${name} is being rebuilt from it. Retry later; GET /v1/projections/${name} shows the progress.`,
  );
