import { Injectable } from '@nestjs/common';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import {
  type Collection,
  type Document,
  DocumentStore,
  type Page,
  type Query,
  stepAfter,
} from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';
import { PROJECTIONS } from '../all.js';

/** One set of documents of one version of a projection: `history@1.2` is the second of version 1. */
export interface BuildName {
  readonly projection: string;
  readonly version: number;
  readonly build: number;
}

/** Which set of documents answers for a projection. */
export interface Live extends Document {
  readonly live: BuildName;
  /** The one that answered before, kept until it is dropped. */
  readonly previous?: BuildName | undefined;
  readonly indexes: Collection['indexes'];
}

const POINTERS: Collection = { name: 'live@1', indexes: [] };

/** The name of a set of documents. */
export const nameOf = ({ projection, version, build }: BuildName): string =>
  `${projection}@${version}.${build}`;

const isSame = (a: BuildName | undefined, b: BuildName | undefined): boolean =>
  (a && nameOf(a)) === (b && nameOf(b));

/** Where a set of documents lies. */
export const collectionOf = (name: BuildName, indexes: Collection['indexes']): Collection => ({
  name: nameOf(name),
  indexes,
  hasTombstones: true,
});

/** The read models that answer: for each projection, the set of documents that is live. */
@Injectable()
export class ReadModels {
  readonly #live = new Map<string, Live>();
  /** Names of those that answer nothing until they are rebuilt. */
  readonly #setAside = new Set<string>();

  constructor(private readonly documents: DocumentStore) {}

  /** Reads which documents are live, and changes nothing; a projection that was never built is missing. */
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

  /** Reads again which documents are live: another Herald may have swapped them. */
  async refresh(): Promise<void> {
    for (const [name, live] of await this.#read())
      if (live.position > (this.#live.get(name)?.position ?? '')) this.#live.set(name, live);
  }

  /** What is live for a projection. */
  of({ name }: Pick<Projection<Document>, 'name'>): Live {
    const live = this.#live.get(name);
    if (!live) throw new Error(`The read model ${name} is asked before it is opened.`);
    return live;
  }

  /** The documents that answer for a projection. */
  collection(projection: Pick<Projection<Document>, 'name'>): Collection {
    const { live, indexes } = this.of(projection);
    return collectionOf(live, indexes);
  }

  /**
   * Lets another set of documents answer from now on: one write, so that there is always exactly one.
   * @param seen what was live when this was decided.
   * @throws HeraldError `swap-conflict` when another Herald has let others answer since.
   */
  async point(
    projection: Pick<Projection<Document>, 'name' | 'indexes'>,
    answers: Pick<Live, 'live' | 'previous'>,
    seen: Live,
  ): Promise<void> {
    const { name } = projection;
    const stored = await this.#write(projection, answers, seen);
    if (isSame(stored.live, answers.live) && isSame(stored.previous, answers.previous)) return;
    throw new HeraldError(
      'swap-conflict',
      `Another Herald has let ${nameOf(stored.live)} answer for ${name} meanwhile: look at it, then try again.`,
    );
  }

  /** What is live then: of two that write the same step the store lets one through. */
  async #write(
    { name, indexes }: Pick<Projection<Document>, 'name' | 'indexes'>,
    { live, previous }: Pick<Live, 'live' | 'previous'>,
    seen?: Live,
  ): Promise<Live> {
    const position = stepAfter(seen?.position);
    const document: Live = { id: name, position, live, indexes, ...(previous ? { previous } : {}) };
    await this.documents.write(POINTERS, [{ id: name, position, document }]);
    const stored = (await this.#read()).get(name) ?? document;
    this.#live.set(name, stored);
    return stored;
  }

  /** The documents of a projection answer nothing, or answer again. */
  setAside(name: string, isAside: boolean): void {
    if (isAside) this.#setAside.add(name);
    else this.#setAside.delete(name);
  }

  /**
   * One page of a projection's documents.
   * @throws HeraldError `field-not-indexed`, `invalid-cursor`, `read-models-rebuilding`.
   */
  async find<D extends Document>(projection: Projection<D>, query: Query): Promise<Page<D>> {
    if (this.#setAside.has(projection.name)) throw rebuilding(projection.name);
    return this.documents.find<D>(this.collection(projection), query);
  }
}

/** What is asked of documents that were made of another log. */
export const rebuilding = (name: string): HeraldError =>
  new HeraldError(
    'read-models-rebuilding',
    `The log was restored, and ${name} is being rebuilt from it: ask again in a while. GET /v1/projections/${name} shows how far it is.`,
  );
