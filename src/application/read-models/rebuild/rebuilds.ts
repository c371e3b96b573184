import { Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import { HeraldError, hasCode, messageOf } from '../../../domain/kernel/herald-error.js';
import { KeyedMutex } from '../../concurrency/keyed-mutex.js';
import { LogOnce } from '../../concurrency/log-once.js';
import { Leases } from '../../leases/leases.js';
import { Clock } from '../../ports/clock.js';
import { type Document, DocumentStore } from '../../ports/document-store.js';
import { EventStore, type Position } from '../../ports/event-store.js';
import type { Projection } from '../../ports/projection.js';
import { PROJECTIONS, projectionNamed } from '../all.js';
import { Projections } from '../engine/projections.js';
import { collectionOf, nameOf, ReadModels } from '../engine/read-models.js';
import { type Build, isRunning } from './build.js';
import { Builds } from './builds.js';
import type { Comparison } from './compare.js';
import { LiveDocuments } from './live-documents.js';
import { type ProjectionStatus, ProjectionStatuses } from './projection-statuses.js';
import { type EngineReport, RebuildEngine } from './rebuild-engine.js';

/** Progress is kept in the store so often; listeners hear of every report. */
const SAVE_EVERY_MS = 1_000;

/** Of several Heralds the one that holds this lease looks after rebuilds. */
const LEASE = 'replays';

/** Rebuilds projections beside the documents that answer, and swaps them. */
@Injectable()
export class Rebuilds {
  readonly #log = new Logger(Rebuilds.name);
  readonly #logOnce = new LogOnce(this.#log);
  readonly #oneAtATime = new KeyedMutex();
  readonly #savedAt = new Map<string, number>();
  readonly #reports = new Subject<Build>();
  /** The documents of another log that a rebuild was begun for, by the name of their projection. */
  readonly #restored = new Map<string, string>();
  #closed = false;
  #isOurs = false;
  /** The number of the lease at the last look. */
  #lease: number | undefined;
  /** Builds may be under way here that another looks after now. */
  #hasToStop = false;

  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly projections: Projections,
    private readonly builds: Builds,
    private readonly engine: RebuildEngine,
    private readonly clock: Clock,
    private readonly leases: Leases,
    private readonly live: LiveDocuments,
    private readonly statuses: ProjectionStatuses,
  ) {}

  /** Every report of every build. */
  get reports() {
    return this.#reports.asObservable();
  }

  /** Goes on with what was under way, and rebuilds what is of an older version than the code. */
  async open(): Promise<void> {
    this.engine.listen(
      (report) =>
        void this.#heard(report).then(
          () => this.#logOnce.over(),
          (error) => this.#logOnce.about(error),
        ),
    );
    await this.keepLease();
  }

  /** Renews the lease, or takes over what another Herald has left; where another looks after rebuilds, sees how far it is. */
  async keepLease(): Promise<void> {
    if (this.#closed) return;
    const lease = (await this.leases.keep([LEASE])).get(LEASE);
    // Also where another has held it meanwhile, and given it back.
    if (lease !== this.#lease) await this.#letGo();
    this.#lease = lease;
    if (lease === undefined) {
      await this.builds.open();
      return;
    }
    if (!this.#isOurs) await this.#takeOver();
    for (const name of this.projections.restored) await this.#rebuildRestored(name);
    // Those that could not be swapped when they had caught up, because a store did not answer.
    for (const build of this.builds.all().filter(swapsNow)) await this.#swapItself(build);
  }

  /** Stops what is under way here. */
  async #letGo(): Promise<void> {
    this.#hasToStop ||= this.#isOurs;
    this.#isOurs = false;
    if (this.#hasToStop)
      for (const build of this.builds.all().filter(isRunning)) await this.engine.stop(build.name);
    this.#hasToStop = false;
  }

  async #takeOver(): Promise<void> {
    this.#isOurs = true;
    try {
      await this.#goOn();
      this.#hasToStop = false;
    } catch (error) {
      // So that it is tried again.
      this.#isOurs = false;
      throw error;
    }
  }

  async #goOn(): Promise<void> {
    await this.builds.open();
    for (const build of this.builds.all().filter(isRunning)) {
      const projection = projectionNamed(build.name.projection);
      const isLive = nameOf(this.readModels.of(projection).live) === build.id;
      // Its swap was made, and could not be noted.
      if (isLive) await this.#save({ ...build, status: 'swapped' });
      else if (build.name.version < projection.version) await this.#cancel(build);
      // One of a newer version waits for an instance of that version.
      else if (build.name.version === projection.version) await this.engine.start(build.name, build.from);
    }
    for (const projection of PROJECTIONS) {
      // After a roll-back of Herald the documents may be newer: they are kept for the newer instances.
      const isOutdated = this.readModels.of(projection).live.version < projection.version;
      const latest = this.builds.latest(projection.name);
      if (isOutdated && !(latest && isRunning(latest))) await this.#start(projection, true);
    }
  }

  /** Begins a rebuild of documents that were made of another log, once; what is built of that log as well is given up. */
  async #rebuildRestored(name: string): Promise<void> {
    const projection = projectionNamed(name);
    const live = nameOf(this.readModels.of(projection).live);
    if (this.#restored.get(name) === live) return;
    const latest = this.builds.latest(name);
    if (latest && (isRunning(latest) || latest.status === 'paused')) {
      const isOfThisLog = await this.projections.isOfThisLog(collectionOf(latest.name, projection.indexes));
      if (!isOfThisLog || latest.from !== undefined) await this.#cancel(latest);
      else if (!latest.swapsItself) await this.#save({ ...latest, swapsItself: true });
    }
    const current = this.builds.latest(name);
    if (!current || !isRunning(current)) await this.#start(projection, true);
    this.#restored.set(name, live);
  }

  /** Whoever listens to the reports hears no more: a request that listens would keep Herald from ending. */
  endReports(): void {
    this.#reports.complete();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.engine.close();
    if (this.#isOurs) await this.leases.release([LEASE]);
  }

  /**
   * Begins a rebuild; behind `from`, one that is only looked at.
   * @throws HeraldError `not-found`, `replay-under-way`, `invalid-position`.
   */
  start(name: string, from?: Position): Promise<Build> {
    return this.#change(name, async () => {
      const projection = projectionNamed(name);
      this.#refuseSecond(this.builds.latest(name));
      if (from !== undefined) await this.#requirePosition(from);
      return this.#start(projection, false, from);
    });
  }

  /** @throws HeraldError `not-found`, `replay-not-in-state`. */
  pause(name: string): Promise<Build> {
    return this.#change(name, async () => {
      const build = this.#expect(name, 'pause', isRunning);
      await this.engine.stop(build.name);
      return this.#save({ ...this.#current(build), status: 'paused', interruption: undefined });
    });
  }

  /** Goes on after a pause, or tries the event again at which it failed. @throws as `pause`. */
  resume(name: string): Promise<Build> {
    return this.#change(name, async () => {
      const isResting = ({ status }: Build) => status === 'paused' || status === 'failed';
      const { failure: _, ...build } = this.#expect(name, 'resume', isResting);
      return this.#run(await this.#save({ ...build, status: 'building' }));
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
      return this.statuses.of(name);
    });
  }

  /** Lets the documents answer again that did before the last swap. @throws HeraldError `nothing-to-roll-back`. */
  rollBack(name: string): Promise<ProjectionStatus> {
    return this.#change(name, async () => {
      await this.live.rollBack(projectionNamed(name));
      return this.statuses.of(name);
    });
  }

  /** Drops the documents that answered before the last swap. @throws HeraldError `no-previous-version`. */
  drop(name: string): Promise<ProjectionStatus> {
    return this.#change(name, async () => {
      await this.live.dropFormer(projectionNamed(name));
      return this.statuses.of(name);
    });
  }

  /** What a swap would change. @throws as `pause`. */
  async difference(name: string, samples: number): Promise<Comparison> {
    const build = this.#expect(
      name,
      'compare',
      ({ status }) => status === 'following' || status === 'paused',
    );
    const live = this.readModels.collection(projectionNamed(name));
    return this.engine.compare(live, collectionOf(build.name, projectionNamed(name).indexes), samples);
  }

  /** Rebuilds a projection, and swaps it in by itself. @throws as `start`. */
  startToSwap(name: string): Promise<Build> {
    return this.#change(name, async () => {
      const latest = this.builds.latest(name);
      if (latest && isRunning(latest) && latest.swapsItself) return latest;
      this.#refuseSecond(latest);
      return this.#start(projectionNamed(name), true);
    });
  }

  /** Retries all parked documents of a projection. @throws HeraldError `not-found`. */
  async retry(name: string): Promise<ProjectionStatus> {
    projectionNamed(name);
    await this.projections.retry(name);
    return this.statuses.of(name);
  }

  /** @throws HeraldError `rebuild-owned-elsewhere` where another Herald looks after rebuilds. */
  #change<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#oneAtATime.run(name, async () => {
      if (!this.#isOurs)
        throw new HeraldError(
          'rebuild-owned-elsewhere',
          `Another Herald, ${await this.leases.holderOf(LEASE)}, looks after replays: ask that one. When it ends, this one takes over within seconds.`,
        );
      return work();
    });
  }

  #refuseSecond(latest: Build | undefined): void {
    if (latest && (isRunning(latest) || latest.status === 'paused'))
      throw new HeraldError(
        'replay-under-way',
        `${latest.id} is ${latest.status}: swap or cancel it before another replay of ${latest.name.projection}.`,
      );
  }

  /** Asks the log, which knows its positions. */
  async #requirePosition(from: Position): Promise<void> {
    try {
      await this.events.count(from);
    } catch (error) {
      if (!hasCode(error, 'invalid-position')) throw error;
      throw new HeraldError(error.code, error.message, 'from');
    }
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
    return this.#run(build);
  }

  /** Where it cannot be begun it rests, and can be resumed. */
  async #run(build: Build): Promise<Build> {
    try {
      await this.engine.start(build.name, build.from);
      return build;
    } catch (error) {
      const paused: Build = { ...this.#current(build), status: 'paused' };
      // Also where that cannot be saved, because the store is away: or it would be taken for one that is under way.
      this.builds.note(paused);
      await this.#save(paused).catch(() => undefined);
      throw error;
    }
  }

  async #cancel(build: Build): Promise<Build> {
    await this.engine.stop(build.name);
    const { indexes } = projectionNamed(build.name.projection);
    await this.documents.drop(collectionOf(build.name, indexes));
    return this.#save({ ...this.#current(build), status: 'cancelled' });
  }

  async #swap(build: Build): Promise<void> {
    await this.engine.stop(build.name);
    await this.live.replace(projectionNamed(build.name.projection), build.name, async () => {
      await this.#save({ ...this.#current(build), status: 'swapped' });
    });
  }

  async #heard(report: EngineReport): Promise<void> {
    const projection = this.builds.get(report.id)?.name.projection;
    if (projection === undefined) return;
    // As what people ask for: a report must not undo a pause that is being saved.
    const build = await this.#oneAtATime.run(projection, () => this.#noteReport(report));
    if (build && swapsNow(build)) await this.#swapItself(build);
  }

  /** @returns the build, when it was saved. */
  async #noteReport(report: EngineReport): Promise<Build | undefined> {
    const known = this.builds.get(report.id);
    if (!known || !isRunning(known) || this.#closed) return undefined;
    const build: Build = { ...known, ...report };
    const hasMoved = known.status !== build.status || known.interruption !== build.interruption;
    if (build.interruption && hasMoved)
      this.#log.error(
        `The rebuild of ${build.name.projection} is interrupted and resumes by itself: ${build.interruption}`,
      );
    const now = performance.now();
    if (!hasMoved && now - (this.#savedAt.get(report.id) ?? 0) < SAVE_EVERY_MS) {
      this.builds.note(build);
      this.#reports.next(build);
      return undefined;
    }
    this.#savedAt.set(report.id, now);
    return this.#save(build);
  }

  async #swapItself({ id, name }: Build): Promise<void> {
    try {
      await this.#change(name.projection, async () => {
        const build = this.builds.get(id);
        if (build && swapsNow(build)) await this.#swap(build);
      });
    } catch (error) {
      this.#log.error(messageOf(error), error);
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

  #expect(name: string, verb: string, isFit: (build: Build) => boolean): Build {
    projectionNamed(name);
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

const swapsNow = ({ status, swapsItself }: Build): boolean => status === 'following' && swapsItself;
