import { Injectable } from '@nestjs/common';
import { type Collection, DocumentStore, stepAfter } from '../../ports/document-store.js';
import { type BuildName, type Live, nameOf } from '../engine/read-models.js';
import type { Build, Progress } from './build.js';

const BUILDS: Collection = {
  name: 'builds@1',
  indexes: [],
  whenLost: 'The record of rebuilds is lost: one that was running is not resumed. Start it again.',
};

/** The record of rebuilds, across restarts. */
@Injectable()
export class Builds {
  readonly #known = new Map<string, Build>();

  constructor(private readonly documents: DocumentStore) {}

  async open(): Promise<void> {
    await this.documents.ensure(BUILDS);
    for await (const build of this.documents.stream<Build>(BUILDS))
      this.#known.set(build.id, withShare(build));
  }

  /** All, the newest last. */
  all(): readonly Build[] {
    return [...this.#known.values()].sort((a, b) =>
      a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : a.name.build - b.name.build,
    );
  }

  get(id: string): Build | undefined {
    return this.#known.get(id);
  }

  /** The latest rebuild of a projection. */
  latest(projection: string): Build | undefined {
    return this.all().findLast(({ name }) => name.projection === projection);
  }

  /** The name of the next build of this version; numbers are not reused. */
  nextName(
    projection: string,
    version: number,
    { live, previous }: Pick<Live, 'live' | 'previous'>,
  ): BuildName {
    const known = [...this.#known.values()]
      .map(({ name }) => name)
      .filter((name) => name.projection === projection);
    // The first documents of a version have no record.
    const numbers = [...known, live, ...(previous ? [previous] : [])]
      .filter((name) => name.version === version)
      .map(({ build }) => build);
    return { projection, version, build: Math.max(0, ...numbers) + 1 };
  }

  /** Keeps the state of a build in memory only: it changes several times a second. */
  note(build: Build): void {
    this.#known.set(build.id, build);
  }

  /** Stores the state of a build. */
  async save(build: Omit<Build, 'id' | 'position'>): Promise<Build> {
    const id = nameOf(build.name);
    const document = { ...build, id, position: stepAfter(this.#known.get(id)?.position) };
    await this.documents.write(BUILDS, [{ id, position: document.position, document }]);
    this.#known.set(id, document);
    return document;
  }
}

/** Older versions of Herald kept no share, and numbers of events that may be estimates. */
const withShare = (build: Build): Build => {
  const { done = 0, total = 0, share, rate } = build.progress as Partial<Progress>;
  if (share !== undefined) return build;
  return {
    ...build,
    progress: { share: total > 0 ? Math.min(1, done / total) : 0, rate: rate ?? 0 },
  };
};
