import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import { retryForever } from '../../concurrency/back-off.js';
import { KeyedMutex } from '../../concurrency/keyed-mutex.js';
import type { Collection, DocumentStore } from '../../ports/document-store.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import { PROJECTIONS } from '../all.js';
import { Projector } from '../engine/projector.js';
import { type BuildName, collectionOf, nameOf } from '../engine/read-models.js';
import { StopAtFirst } from '../parking/exceptions.js';
import { SkippedEvents } from '../parking/skipped-events.js';
import type { Progress } from './build.js';
import { type Comparison, compare } from './compare.js';
import { buildOutdated } from './of-this-version.js';
import { type EngineReport, RebuildEngine } from './rebuild-engine.js';
import { type Reached, Throughput } from './throughput.js';

/** Events per batch: enough to read documents together, few enough that they are evicted before they grow old in memory. */
const BATCH = 1_000;

interface Running {
  readonly name: BuildName;
  /** It began after this event. */
  readonly from: Position | undefined;
  readonly projector: Projector;
  readonly throughput: Throughput;
  /** Everything is written, and all indexes exist. */
  isSearchable: boolean;
  progress: Progress;
}

/** One reader of the log feeds all projections that are being rebuilt. */
export class RebuildLoop extends RebuildEngine {
  readonly #builds = new Map<string, Running>();
  readonly #oneAtATime = new KeyedMutex();
  readonly #skips: SkippedEvents;
  #listener: (report: EngineReport) => void = () => undefined;
  #reading: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #restarts = 0;

  constructor(
    private readonly log: EventStore,
    private readonly documents: DocumentStore,
    private readonly shortages?: () => number,
  ) {
    super();
    this.#skips = new SkippedEvents(documents);
  }

  override listen(listener: (report: EngineReport) => void): void {
    this.#listener = listener;
  }

  override async start(name: BuildName, from?: Position): Promise<void> {
    const projection = PROJECTIONS.find((one) => one.name === name.projection);
    if (!projection || projection.version !== name.version) throw buildOutdated(name);
    // Only with the indexes that the build itself needs: the others are created at once when it has caught up.
    const collection = {
      ...collectionOf(name, projection.buildIndexes ?? []),
      laterIndexes: projection.indexes,
    };
    const projector = new Projector(
      projection,
      this.documents,
      collection,
      'build',
      undefined,
      this.shortages,
      new StopAtFirst(projection.name, this.#skips),
    );
    await this.#skips.open();
    await projector.open(from);
    const throughput = new Throughput();
    this.#builds.set(nameOf(name), {
      ...{ name, from },
      projector,
      throughput,
      isSearchable: false,
      progress: { share: 0, rate: 0 },
    });
    await this.#restart();
  }

  override async stop(name: BuildName): Promise<void> {
    try {
      await this.#oneAtATime.run('batch', async () => {
        await this.#finish(this.#builds.get(nameOf(name)));
        this.#builds.delete(nameOf(name));
      });
    } finally {
      // After a failure the build continues from its documents.
      await this.#restart();
    }
  }

  override compare(live: Collection, rebuilt: Collection, samples: number): Promise<Comparison> {
    return compare(this.documents, live, rebuilt, samples);
  }

  override async close(): Promise<void> {
    await this.#oneAtATime.run('batch', async () => {
      // Anything that cannot be written is folded again from the checkpoint.
      for (const { projector } of this.#builds.values()) await projector.flush().catch(() => undefined);
      this.#builds.clear();
    });
    await this.#restart();
  }

  /** Everything is written and searchable. */
  async #finish(build: Running | undefined): Promise<void> {
    if (!build) return;
    await build.projector.flush();
    if (build.isSearchable) return;
    await this.documents.ensure(collectionOf(build.name, build.projector.projection.indexes));
    build.isSearchable = true;
  }

  /** The reader restarts at the build that is furthest behind. There is never a second reader. */
  #restart(): Promise<void> {
    this.#restarts += 1;
    const mine = this.#restarts;
    return this.#oneAtATime.run('reader', async () => {
      // Coalesce queued restarts.
      if (mine !== this.#restarts) return;
      this.#reading?.abort();
      await this.#running;
      if (this.#builds.size === 0) return;
      this.#reading = new AbortController();
      const { signal } = this.#reading;
      const builds = [...this.#builds.values()];
      this.#running = retryForever(
        (isWell) => this.#read(builds, signal, isWell),
        (error) => this.#interrupted(builds, error),
        signal,
      );
    });
  }

  /** Unwritten events are folded again. */
  #interrupted(builds: readonly Running[], error: unknown): void {
    const interruption = messageOf(error);
    for (const { name, progress } of builds)
      if (this.#builds.has(nameOf(name)))
        this.#listener({ id: nameOf(name), status: 'building', progress, interruption });
  }

  /** Serves the builds that exist now: a later one waits for the next reader, because it would miss earlier events. */
  async #read(all: readonly Running[], signal: AbortSignal, isWell: () => void): Promise<void> {
    for (const { projector } of all) await projector.recover();
    const positions = all.map(({ projector }) => projector.position ?? '');
    const least = positions.reduce((a, b) => (a < b ? a : b));
    const head = await this.log.head();
    // Without events nothing would be reported.
    if (head === undefined || least >= head) await this.#report(all, least, head ?? '');
    const types = [...new Set(all.flatMap(({ projector }) => projector.projection.handles))];
    const options = { signal, maxBatch: BATCH, types, ...(least === '' ? {} : { after: least }) };
    let upTo = least;
    for await (const batch of this.log.subscribeToAll(options)) {
      const builds = await this.#oneAtATime.run('batch', async () => {
        const going = all.filter((build) => this.#builds.get(nameOf(build.name)) === build);
        for (const { projector } of going) {
          await projector.recover();
          // A failed write has thrown it back: never continue across that gap.
          if (!projector.parked && (projector.position ?? '') < upTo)
            throw new HeraldError(
              'build-behind',
              'A write has failed; the build continues from its documents.',
            );
          await projector.fold(batch);
        }
        return going;
      });
      const last = batch.at(-1)?.position ?? '';
      upTo = last;
      const head = (await this.log.head()) ?? last;
      if (last >= head) await Promise.all(builds.map((build) => this.#finish(build)));
      await this.#report(builds, last, head);
      isWell();
    }
  }

  async #report(builds: readonly Running[], position: Position, head: Position): Promise<void> {
    for (const build of builds) {
      const id = nameOf(build.name);
      const failure = build.projector.parked;
      const status = failure ? 'failed' : position >= head ? 'following' : 'building';
      build.progress = build.throughput.at(await this.#reached(build, failure?.position ?? position, head));
      const { progress } = build;
      this.#listener({ id, status, progress, interruption: undefined, ...(failure ? { failure } : {}) });
      if (failure) this.#builds.delete(id);
    }
  }

  async #reached({ projector, from = '' }: Running, position: Position, head: Position): Promise<Reached> {
    const share = head === '' ? 1 : position === '' ? 0 : this.log.share(position, head);
    const counts = await Promise.all([from, position, head].map((one) => this.#count(one)));
    const [before = 0, upTo, all] = counts;
    return {
      done: upTo === undefined ? projector.read : Math.max(0, upTo - before),
      total: all && Math.max(0, all - before),
      share,
    };
  }

  async #count(position: Position): Promise<number | undefined> {
    return position === '' ? 0 : this.log.count(position);
  }
}
