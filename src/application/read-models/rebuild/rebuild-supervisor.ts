import { Injectable, Logger } from '@nestjs/common';
import { messageOf } from '../../../domain/kernel/herald-error.js';
import { LogOnce } from '../../concurrency/log-once.js';
import { Leases } from '../../leases/leases.js';
import { PROJECTIONS, projectionNamed } from '../all.js';
import { REBUILD_LEASE } from '../engine/document-leases.js';
import { Projections } from '../engine/projections.js';
import { collectionOf, nameOf, ReadModels } from '../engine/read-models.js';
import { type Build, isRunning, isUnderWay } from './build.js';
import { Builds } from './builds.js';
import { isOfThisVersion } from './of-this-version.js';
import { type EngineReport, RebuildEngine } from './rebuild-engine.js';
import { Rebuilds } from './rebuilds.js';

/** How often progress is stored, in milliseconds; listeners receive every report. */
const SAVE_EVERY_MS = 1_000;

/**
 * Runs rebuilds without being asked: resumes what was under way, begins what a new version of the code or a restored log needs,
 * follows the reports of the engine, and swaps in what swaps itself. Of several instances the one that holds the lease does so.
 */
@Injectable()
export class RebuildSupervisor {
  readonly #log = new Logger(RebuildSupervisor.name);
  readonly #logOnce = new LogOnce(this.#log);
  readonly #savedAt = new Map<string, number>();
  /** The documents of another log for which a rebuild was started, by projection name. */
  readonly #restored = new Map<string, string>();
  #closed = false;
  /** The fencing token of the lease at the last look. */
  #lease: number | undefined;
  /** Builds may be running here although another instance owns them now. */
  #hasToStop = false;

  constructor(
    private readonly readModels: ReadModels,
    private readonly projections: Projections,
    private readonly builds: Builds,
    private readonly engine: RebuildEngine,
    private readonly leases: Leases,
    private readonly rebuilds: Rebuilds,
  ) {}

  /** Resumes active rebuilds, and rebuilds projections that are older than the code. */
  async open(): Promise<void> {
    this.engine.listen(
      (report) =>
        void this.#onReport(report).then(
          () => this.#logOnce.over(),
          (error) => this.#logOnce.about(error),
        ),
    );
    await this.keepLease();
  }

  /** Renews the lease, or takes over from a lost instance; otherwise observes the progress of the owner. */
  async keepLease(): Promise<void> {
    if (this.#closed) return;
    const lease = (await this.leases.keep([REBUILD_LEASE])).get(REBUILD_LEASE);
    // Also if another instance has held it in the meantime.
    if (lease !== this.#lease) await this.#letGo();
    this.#lease = lease;
    if (lease === undefined) {
      await this.builds.open();
      return;
    }
    if (!this.rebuilds.isOurs) await this.#takeOver();
    for (const name of this.projections.restored) await this.#rebuildRestored(name);
    // Builds that could not be swapped in when they had caught up, because a store did not answer.
    for (const build of this.builds.all().filter(swapsNow)) await this.#swapItself(build);
  }

  /** Stops the builds that run here. */
  async #letGo(): Promise<void> {
    this.#hasToStop ||= this.rebuilds.isOurs;
    this.rebuilds.isOurs = false;
    if (this.#hasToStop)
      for (const build of this.builds.all().filter(isRunning)) await this.engine.stop(build.name);
    this.#hasToStop = false;
  }

  async #takeOver(): Promise<void> {
    this.rebuilds.isOurs = true;
    try {
      await this.#goOn();
      this.#hasToStop = false;
    } catch (error) {
      // So that it is retried.
      this.rebuilds.isOurs = false;
      throw error;
    }
  }

  async #goOn(): Promise<void> {
    await this.builds.open();
    for (const build of this.builds.all().filter(isRunning)) {
      const projection = PROJECTIONS.find(({ name }) => name === build.name.projection);
      // A newer version of Herald may have more of them.
      if (!projection) continue;
      const isLive = nameOf(this.readModels.of(projection).live) === build.id;
      // It was swapped in, but that could not be recorded.
      if (isLive) await this.rebuilds.save({ ...build, status: 'swapped' });
      else if (build.name.version < projection.version) await this.rebuilds.cancel(build);
      // A build of a newer version waits for an instance of that version.
      else if (isOfThisVersion(build)) await this.engine.start(build.name, build.from);
    }
    for (const projection of PROJECTIONS) {
      // After a rollback of Herald the documents may be newer: they are kept for the newer instances.
      const isOutdated = this.readModels.of(projection).live.version < projection.version;
      const latest = this.builds.latest(projection.name);
      const isBegun = latest && isRunning(latest) && isOfThisVersion(latest);
      if (isOutdated && !isBegun) await this.rebuilds.begin(projection, true);
    }
  }

  /** Starts a rebuild of documents from another log, once; other builds from that log are cancelled. */
  async #rebuildRestored(name: string): Promise<void> {
    const projection = projectionNamed(name);
    const live = nameOf(this.readModels.of(projection).live);
    if (this.#restored.get(name) === live) return;
    const latest = this.builds.latest(name);
    if (latest && isUnderWay(latest)) {
      const isOfThisLog = await this.projections.isOfThisLog(collectionOf(latest.name, projection.indexes));
      const isUsable = isOfThisLog && isOfThisVersion(latest) && latest.from === undefined;
      if (!isUsable) await this.rebuilds.cancel(latest);
      else if (!latest.swapsItself) await this.rebuilds.save({ ...latest, swapsItself: true });
    }
    const current = this.builds.latest(name);
    if (!current || !isRunning(current)) await this.rebuilds.begin(projection, true);
    this.#restored.set(name, live);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.engine.close();
    if (this.rebuilds.isOurs) await this.leases.release([REBUILD_LEASE]);
  }

  async #onReport(report: EngineReport): Promise<void> {
    const projection = this.builds.get(report.id)?.name.projection;
    if (projection === undefined) return;
    // Serialised with user actions: a report must not undo a pause that is being saved.
    const build = await this.rebuilds.inTurn(projection, () => this.#noteReport(report));
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
      this.rebuilds.note(build);
      return undefined;
    }
    this.#savedAt.set(report.id, now);
    return this.rebuilds.save(build);
  }

  async #swapItself({ id, name }: Build): Promise<void> {
    try {
      await this.rebuilds.change(name.projection, async () => {
        const build = this.builds.get(id);
        if (build && swapsNow(build)) await this.rebuilds.swap(build);
      });
    } catch (error) {
      this.#log.error(messageOf(error), error);
    }
  }
}

/** One of another version is for instances of that version. */
const swapsNow = (build: Build): boolean =>
  build.status === 'following' && build.swapsItself && isOfThisVersion(build);
