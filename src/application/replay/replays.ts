import { Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import { HeraldError, messageOf } from '../../domain/herald-error.js';
import { KeyedQueue } from '../aggregates/keyed-queue.js';
import { Clock } from '../clock/clock.js';
import { type Document, DocumentStore } from '../document-store.js';
import { EventStore, type Position } from '../event-store.js';
import { Leases } from '../leases/leases.js';
import { PROJECTIONS } from '../projections/all.js';
import type { Parked, Projection } from '../projections/projection.js';
import { Projections } from '../projections/projections.js';
import { type BuildName, collectionOf, nameOf, ReadModels } from '../projections/read-models.js';
import { type Build, isRunning } from './build.js';
import { Builds } from './builds.js';
import type { Comparison } from './compare.js';
import { type EngineReport, ReplayEngine } from './replay-engine.js';

/** A projection as an admin sees it. */
export interface ProjectionStatus {
  readonly name: string;
  /** The version in the code. */
  readonly version: number;
  readonly live: string;
  readonly previous?: string | undefined;
  /** Events of the log that are not in the live documents yet; absent while these are of an older version. */
  readonly behind?: number | undefined;
  /** The event that it stands still before. */
  readonly parked?: Parked | undefined;
  /** The latest rebuild. */
  readonly build?: Build | undefined;
}

/** Progress is kept in the store so often; listeners hear of every report. */
const SAVE_EVERY_MS = 1_000;

/** Of several Heralds the one that holds this lease looks after rebuilds. */
const LEASE = 'replays';

/** Rebuilds projections beside the documents that answer, and swaps them. */
@Injectable()
export class Replays {
  readonly #log = new Logger(Replays.name);
  readonly #oneAtATime = new KeyedQueue();
  readonly #savedAt = new Map<string, number>();
  readonly #reports = new Subject<Build>();
  #closed = false;
  #isOurs = false;

  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly projections: Projections,
    private readonly builds: Builds,
    private readonly engine: ReplayEngine,
    private readonly clock: Clock,
    private readonly leases: Leases,
  ) {}

  /** Every report of every build. */
  get reports() {
    return this.#reports.asObservable();
  }

  /** Goes on with what was under way, and rebuilds what is of an older version than the code. */
  async open(): Promise<void> {
    this.engine.listen(
      (report) => void this.#heard(report).catch((error) => this.#log.error(messageOf(error))),
    );
    await this.keepLease();
  }

  /** Renews the lease, or takes over what another Herald has left; where another looks after rebuilds, sees how far it is. */
  async keepLease(): Promise<void> {
    if (this.#closed) return;
    const isOurs = (await this.leases.keep([LEASE])).has(LEASE);
    if (isOurs && !this.#isOurs) {
      this.#isOurs = true;
      await this.#takeOver();
    } else if (!isOurs) {
      if (this.#isOurs)
        for (const build of this.builds.all().filter(isRunning)) await this.engine.stop(build.name);
      this.#isOurs = false;
      await this.builds.open();
    }
  }

  async #takeOver(): Promise<void> {
    await this.builds.open();
    for (const build of this.builds.all().filter(isRunning)) {
      const isOutdated = this.#projection(build.name.projection).version !== build.name.version;
      if (isOutdated) await this.#cancel(build);
      else await this.engine.start(build.name, build.from);
    }
    for (const projection of PROJECTIONS) {
      const isOutdated = this.readModels.of(projection).live.version !== projection.version;
      const latest = this.builds.latest(projection.name);
      if (isOutdated && !(latest && isRunning(latest))) await this.#start(projection, true);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#reports.complete();
    await this.engine.close();
    if (this.#isOurs) await this.leases.release([LEASE]);
  }

  /** All projections, and how far each is. */
  status(): Promise<readonly ProjectionStatus[]> {
    return Promise.all(PROJECTIONS.map((projection) => this.statusOf(projection.name)));
  }

  /** @throws HeraldError `not-found`. */
  async statusOf(name: string): Promise<ProjectionStatus> {
    const projection = this.#projection(name);
    const { live, previous } = this.readModels.of(projection);
    const projector = this.projections.projector(name);
    const head = await this.events.head();
    const total = head === undefined ? 0 : await this.events.count(head);
    const done = projector?.written === undefined ? 0 : await this.events.count(projector.written);
    return {
      name,
      version: projection.version,
      live: nameOf(live),
      previous: previous && nameOf(previous),
      behind: projector && total - done,
      parked: projector?.parked,
      build: this.builds.latest(name),
    };
  }

  /**
   * Begins a rebuild; behind `from`, one that is only looked at.
   * @throws HeraldError `not-found`, `replay-under-way`, `invalid-position`.
   */
  start(name: string, from?: Position): Promise<Build> {
    return this.#change(name, async () => {
      const projection = this.#projection(name);
      const latest = this.builds.latest(name);
      if (latest && (isRunning(latest) || latest.status === 'paused'))
        throw new HeraldError(
          'replay-under-way',
          `${latest.id} is ${latest.status}: swap or cancel it before another replay of ${name}.`,
        );
      // Asks the log, which knows its positions.
      if (from !== undefined) await this.events.count(from);
      return this.#start(projection, false, from);
    });
  }

  /** @throws HeraldError `not-found`, `replay-not-in-state`. */
  pause(name: string): Promise<Build> {
    return this.#change(name, async () => {
      const build = this.#expect(name, 'pause', isRunning);
      await this.engine.stop(build.name);
      return this.#save({ ...this.#current(build), status: 'paused' });
    });
  }

  /** Goes on after a pause, or tries the event again at which it failed. @throws as `pause`. */
  resume(name: string): Promise<Build> {
    return this.#change(name, async () => {
      const isResting = ({ status }: Build) => status === 'paused' || status === 'failed';
      const { failure: _, ...build } = this.#expect(name, 'resume', isResting);
      const resumed = await this.#save({ ...build, status: 'building' });
      await this.engine.start(build.name, build.from);
      return resumed;
    });
  }

  /** Gives a rebuild up and drops its documents. @throws as `pause`. */
  cancel(name: string): Promise<Build> {
    return this.#change(name, async () =>
      this.#cancel(
        this.#expect(name, 'cancel', ({ status }) => status !== 'swapped' && status !== 'cancelled'),
      ),
    );
  }

  /** Lets the rebuilt documents answer; those that did are kept. @throws as `pause`. */
  swap(name: string): Promise<ProjectionStatus> {
    return this.#change(name, async () => {
      const build = this.#expect(name, 'swap', ({ status }) => status === 'following');
      if (build.from !== undefined)
        throw new HeraldError(
          'replay-in-part',
          `${build.id} began at ${build.from} and lacks what was before: replay ${name} as a whole.`,
        );
      await this.#swap(build);
      return this.statusOf(name);
    });
  }

  /** Lets the documents answer again that did before the last swap. @throws HeraldError `nothing-to-roll-back`. */
  rollBack(name: string): Promise<ProjectionStatus> {
    return this.#change(name, async () => {
      const projection = this.#projection(name);
      const { live, previous } = this.readModels.of(projection);
      if (!previous || previous.version !== projection.version)
        throw new HeraldError(
          'nothing-to-roll-back',
          `No documents of version ${projection.version} of ${name} were kept: replay it instead.`,
        );
      await this.#point(projection, previous, live);
      return this.statusOf(name);
    });
  }

  /** Drops the documents that answered before the last swap. @throws HeraldError `nothing-kept`. */
  drop(name: string): Promise<ProjectionStatus> {
    return this.#change(name, async () => {
      const projection = this.#projection(name);
      const { live, previous, indexes } = this.readModels.of(projection);
      if (!previous) throw new HeraldError('nothing-kept', `No former documents of ${name} are kept.`);
      await this.readModels.point(projection, live);
      await this.documents.drop(collectionOf(previous, indexes));
      return this.statusOf(name);
    });
  }

  /** What a swap would change. @throws as `pause`. */
  async difference(name: string, samples: number): Promise<Comparison> {
    const build = this.#expect(
      name,
      'compare',
      ({ status }) => status === 'following' || status === 'paused',
    );
    const live = this.readModels.collection(this.#projection(name));
    return this.engine.compare(live, collectionOf(build.name, this.#projection(name).indexes), samples);
  }

  /** Tries the event again that a live projection stands still before. @throws HeraldError `not-found`. */
  async retry(name: string): Promise<ProjectionStatus> {
    this.#projection(name);
    await this.projections.retry(name);
    return this.statusOf(name);
  }

  /** @throws HeraldError `replays-elsewhere` where another Herald looks after rebuilds. */
  #change<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#oneAtATime.run(name, async () => {
      if (!this.#isOurs)
        throw new HeraldError(
          'replays-elsewhere',
          'Another Herald beside this one looks after replays: ask that one. When it ends, this one takes over within seconds.',
        );
      return work();
    });
  }

  async #start(projection: Projection<Document>, swapsItself: boolean, from?: Position): Promise<Build> {
    const name = this.builds.nextName(
      projection.name,
      projection.version,
      this.readModels.of(projection).live,
    );
    const build = await this.#save({
      name,
      status: 'building',
      swapsItself,
      from,
      startedAt: this.clock.now(),
      progress: { done: 0, total: 0, rate: 0 },
    });
    await this.engine.start(name, from);
    return build;
  }

  async #cancel(build: Build): Promise<Build> {
    await this.engine.stop(build.name);
    const { indexes } = this.#projection(build.name.projection);
    await this.documents.drop(collectionOf(build.name, indexes));
    return this.#save({ ...this.#current(build), status: 'cancelled' });
  }

  async #swap(build: Build): Promise<void> {
    const projection = this.#projection(build.name.projection);
    const { live, previous, indexes } = this.readModels.of(projection);
    await this.engine.stop(build.name);
    await this.#point(projection, build.name, live);
    await this.#save({ ...this.#current(build), status: 'swapped' });
    // One former set is kept, not all there ever were.
    if (previous) await this.documents.drop(collectionOf(previous, indexes));
  }

  async #point(projection: Projection<Document>, next: BuildName, before: BuildName): Promise<void> {
    const collection = collectionOf(next, projection.indexes);
    const projector = await this.projections.openProjector(projection, collection);
    await this.projections.replace(projector, () => this.readModels.point(projection, next, before));
  }

  async #heard(report: EngineReport): Promise<void> {
    const known = this.builds.get(report.id);
    if (!known || !isRunning(known) || this.#closed) return;
    const build: Build = { ...known, ...report };
    const hasMoved = known.status !== build.status || known.interruption !== build.interruption;
    if (build.interruption && hasMoved)
      this.#log.error(`${build.id} stands still and goes on by itself: ${build.interruption}`);
    const now = performance.now();
    if (!hasMoved && now - (this.#savedAt.get(report.id) ?? 0) < SAVE_EVERY_MS) {
      this.builds.note(build);
      this.#reports.next(build);
      return;
    }
    this.#savedAt.set(report.id, now);
    await this.#save(build);
    if (build.status === 'following' && build.swapsItself) await this.#swapItself(build);
  }

  async #swapItself({ name: { projection } }: Build): Promise<void> {
    try {
      await this.swap(projection);
    } catch (error) {
      this.#log.error(messageOf(error));
    }
  }

  async #save(build: Omit<Build, 'id' | 'position'>): Promise<Build> {
    const saved = await this.builds.save(build);
    this.#reports.next(saved);
    return saved;
  }

  #current(build: Build): Build {
    return this.builds.get(build.id) ?? build;
  }

  #projection(name: string): Projection<Document> {
    const projection = PROJECTIONS.find((one) => one.name === name);
    if (projection) return projection;
    throw new HeraldError(
      'not-found',
      `There is no projection ${name}: there are ${PROJECTIONS.map((one) => one.name).join(', ')}.`,
    );
  }

  #expect(name: string, verb: string, isFit: (build: Build) => boolean): Build {
    this.#projection(name);
    const build = this.builds.latest(name);
    if (build && isFit(build)) return build;
    throw new HeraldError(
      'replay-not-in-state',
      build
        ? `Cannot ${verb}: ${build.id} is ${build.status}. Look at GET /v1/projections/${name}.`
        : `Cannot ${verb}: there is no replay of ${name}. Start one with POST /v1/projections/${name}/replay.`,
    );
  }
}
