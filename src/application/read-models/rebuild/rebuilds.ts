import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { KeyedMutex } from '../../concurrency/keyed-mutex.js';
import { LeaseLost, Leases } from '../../leases/leases.js';
import { Clock } from '../../ports/clock.js';
import { type Document, DocumentStore } from '../../ports/document-store.js';
import type { Position } from '../../ports/event-store.js';
import type { Projection } from '../../ports/projection.js';
import { projectionNamed } from '../all.js';
import { REBUILD_LEASE } from '../engine/document-leases.js';
import { collectionOf, ReadModels } from '../engine/read-models.js';
import { type Build, isUnderWay } from './build.js';
import { Builds } from './builds.js';
import { LiveDocuments } from './live-documents.js';
import { buildOutdated, isOfThisVersion } from './of-this-version.js';
import { RebuildEngine } from './rebuild-engine.js';
import { RebuildReported } from './rebuild-reported.js';

/** The steps of a rebuild beside the documents that answer. For each projection one step is done at a time. */
@Injectable()
export class Rebuilds {
  readonly #oneAtATime = new KeyedMutex();
  /** Whether this instance runs rebuilds. The supervisor says so, which keeps the lease. */
  isOurs = false;

  constructor(
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly builds: Builds,
    private readonly engine: RebuildEngine,
    private readonly clock: Clock,
    private readonly leases: Leases,
    private readonly live: LiveDocuments,
    private readonly bus: EventBus,
  ) {}

  /** Does something with a projection once nothing else is being done with it. */
  inTurn<T>(projection: string, work: () => Promise<T>): Promise<T> {
    return this.#oneAtATime.run(projection, work);
  }

  /** As `inTurn`, at the instance that runs rebuilds. @throws HeraldError `rebuild-owned-elsewhere` at any other. */
  change<T>(projection: string, work: () => Promise<T>): Promise<T> {
    return this.inTurn(projection, async () => {
      if (!this.isOurs) throw await this.#ownedElsewhere();
      try {
        return await work();
      } catch (error) {
        throw error instanceof LeaseLost ? await this.#ownedElsewhere() : error;
      }
    });
  }

  async #ownedElsewhere(): Promise<HeraldError> {
    const holder = await this.leases.holderOf(REBUILD_LEASE);
    return new HeraldError(
      'rebuild-owned-elsewhere',
      `Another instance, ${holder}, owns replays: ask that one. If it stops, this instance takes over within seconds.`,
    );
  }

  /**
   * The latest rebuild of a projection.
   * @param verb what is to be done with it, for the error.
   * @param isFit whether that can be done.
   * @throws HeraldError `not-found`, `replay-not-in-state`.
   */
  expect(name: string, verb: string, isFit: (build: Build) => boolean): Build {
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

  /** @throws HeraldError `replay-under-way` where the latest rebuild is running or paused. */
  refuseSecond(latest: Build | undefined): void {
    if (latest && isUnderWay(latest))
      throw new HeraldError(
        'replay-under-way',
        `${latest.id} is ${latest.status}: swap or cancel it before another replay of ${latest.name.projection}.`,
      );
  }

  /** Begins a rebuild; behind `from`, one that is only looked at. */
  async begin(projection: Projection<Document>, swapsItself: boolean, from?: Position): Promise<Build> {
    const name = this.builds.nextName(projection.name, projection.version, this.readModels.of(projection));
    const build = await this.save({
      name,
      status: 'building',
      swapsItself,
      from,
      startedAt: this.clock.now(),
      progress: { done: 0, share: 0, rate: 0 },
    });
    return this.run(build);
  }

  /** Has the engine work on it. Where that cannot be begun it rests, and can be resumed. */
  async run(build: Build): Promise<Build> {
    try {
      await this.engine.start(build.name, build.from);
      return build;
    } catch (error) {
      const paused: Build = { ...this.current(build), status: 'paused' };
      // Also if that cannot be saved because the store is unavailable: otherwise the build would count as active.
      this.builds.note(paused);
      await this.save(paused).catch(() => undefined);
      throw error;
    }
  }

  /** Gives a rebuild up and drops its documents. */
  async cancel(build: Build): Promise<Build> {
    await this.engine.stop(build.name);
    const { indexes } = projectionNamed(build.name.projection);
    await this.documents.drop(collectionOf(build.name, indexes));
    return this.save({ ...this.current(build), status: 'cancelled' });
  }

  /**
   * Lets the rebuilt documents answer; those that did are kept.
   * @throws HeraldError `build-outdated`.
   */
  async swap(build: Build): Promise<void> {
    if (!isOfThisVersion(build)) throw buildOutdated(build.name);
    await this.engine.stop(build.name);
    await this.live.replace(projectionNamed(build.name.projection), build.name, async () => {
      await this.save({ ...this.current(build), status: 'swapped' });
    });
  }

  /** Keeps what is now known of a build, and reports it. */
  async save(build: Omit<Build, 'id' | 'position'>): Promise<Build> {
    const saved = await this.builds.save(build);
    this.bus.publish(new RebuildReported(saved));
    return saved;
  }

  /** Reports a build without keeping it in the store: it changes several times a second. */
  note(build: Build): void {
    this.builds.note(build);
    this.bus.publish(new RebuildReported(build));
  }

  /** What is now known of a build. */
  current(build: Build): Build {
    return this.builds.get(build.id) ?? build;
  }
}
