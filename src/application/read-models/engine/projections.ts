import { setMaxListeners } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { MAX_FEED_WAIT_MS } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { toMillis } from '../../../domain/kernel/instant.js';
import { atMost, pause, retryForever } from '../../concurrency/back-off.js';
import { LogOnce } from '../../concurrency/log-once.js';
import { EventsCommitted } from '../../events/events-committed.js';
import { LogRestored } from '../../events/log-restored.js';
import { Leases } from '../../leases/leases.js';
import { Clock } from '../../ports/clock.js';
import { type Collection, type Document, DocumentStore } from '../../ports/document-store.js';
import { EventStore, type Position, type StoredEvent } from '../../ports/event-store.js';
import type { Projection } from '../../ports/projection.js';
import { PROJECTIONS } from '../all.js';
import { Parking } from '../parking/exceptions.js';
import { type ParkedDocument, ParkedDocuments } from '../parking/parked-documents.js';
import { SkippedEvents } from '../parking/skipped-events.js';
import { leaseOf, REBUILD_LEASE } from './document-leases.js';
import { LiveProjector } from './live-projector.js';
import { isOfThisLog } from './log-check.js';
import { notFollowing } from './projection-errors.js';
import { ProjectionHealth } from './projection-health.js';
import { ProjectionRunner } from './projection-runner.js';
import { ReadModels } from './read-models.js';

/** Of what no projection folds nothing is read: a frozen mail is as long as a hundred other events. */
const HANDLED = [...new Set(PROJECTIONS.flatMap(({ handles }) => handles))];

/** How long what comes behind some of many events is gathered, in milliseconds: each batch costs every projection a transaction. */
const GATHER_MS = 25;

/** A few events are what one decision or one attempt records; very many are a log that is being read, with more to come at once. */
const isSomeOfMany = ({ length }: readonly StoredEvent[]): boolean => length > 4 && length < 250;

/** A server hands on event by event: beyond so many within so many milliseconds they are some of many, too. */
const FEW_IN_A_ROW = 12;
const ROW_MS = 50;

/** How often to check whether the log is still the same, in milliseconds. */
const CHECK_LOG_MS = 10_000;

/** A read model whose last event was recorded longer ago, in milliseconds, follows events that came while no instance ran. */
const LONG_AGO_MS = 10_000;

/** How long startup and the lease check wait for one projection, in milliseconds; slower ones finish in the background. */
const TURN_MS = 1_000;

/**
 * All live projections, and the one subscription to the log that feeds them. Each is folded in its own queue. Of several
 * instances, the one that holds a projection's lease writes it; the others observe its position.
 */
@Injectable()
export class Projections {
  readonly #log = new Logger(Projections.name);
  readonly #logOnce = new LogOnce(this.#log);
  readonly #runners: readonly ProjectionRunner[];
  readonly #health: readonly ProjectionHealth[];
  /** Ends the current subscription, so that the next one starts at the position of the documents. */
  #following = new AbortController();
  #checkedAt = performance.now();
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Why the log is not followed. */
  #failure: unknown;

  constructor(
    private readonly log: EventStore,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly leases: Leases,
    private readonly parkedDocuments: ParkedDocuments,
    private readonly skippedEvents: SkippedEvents,
    private readonly clock: Clock,
    private readonly bus: EventBus,
  ) {
    setMaxListeners(0, this.#stopped.signal); // each read model that somebody waits for listens
    const context = {
      ...{ log, documents, readModels, leases, parkedDocuments, stopped: this.#stopped.signal },
      openProjector: this.openProjector.bind(this),
      setAside: (runner: ProjectionRunner) => this.#setAside([runner]),
    };
    const committed = (events: readonly StoredEvent[]) => bus.publish(new EventsCommitted(events));
    this.#runners = PROJECTIONS.map(
      (projection) =>
        new ProjectionRunner(projection, context, projection.publishesBatches ? committed : undefined),
    );
    this.#health = this.#runners.map((runner) => new ProjectionHealth(runner));
  }

  /** Problems that need an operator, each with what to do; from memory. */
  troubles(): readonly string[] {
    const troubles = this.#health.flatMap((one) => one.troubles());
    if (!this.isRebuildingAfterRestore()) return troubles;
    const says = `The log was restored: ${this.restored.join(', ')} are being rebuilt from it and are unavailable until then. No action is needed; GET /v1/projections shows the progress.`;
    return [says, ...troubles];
  }

  /**
   * Opens all whose live documents are of the version in the code, and begins to follow the log. The others answer
   * as they are until they are replaced. Documents that cannot be opened now are opened later, by themselves.
   */
  async start(): Promise<void> {
    await this.readModels.open();
    await this.leases.open();
    await this.parkedDocuments.open();
    await this.skippedEvents.open();
    const leases = await this.#keep(this.#runners);
    // The others do not wait for one whose documents are locked.
    await this.#atMost(
      this.#runners.map((runner) => runner.open(leases.get(leaseOf(runner)))),
      TURN_MS,
    );
    await this.#checkLog();
    await this.#noteFirstBuilds(await this.log.head());
    await this.#lookAtNewer();
    this.#running = retryForever(
      (isWell) => this.#follow(isWell),
      (error) => this.#failed(error),
      this.#stopped.signal,
    );
  }

  /** Stops after the current batches. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await Promise.all(this.#runners.map((runner) => runner.stop()));
    await this.leases.release(PROJECTIONS.map(leaseOf));
  }

  /** Takes over or releases projections by their leases, and applies swaps of other instances. */
  async keepLeases(): Promise<void> {
    if (this.#stopped.signal.aborted || this.#failure !== undefined) return;
    // Another instance may take the lease of a projection that fails here.
    const well = this.#runners.filter(({ failure }) => failure.error === undefined);
    const leases = await this.#keep(well);
    await this.readModels.refresh();
    if (performance.now() - this.#checkedAt > CHECK_LOG_MS) await this.#checkLog();
    const turns = well.map((runner) => runner.turn(leases.get(leaseOf(runner))));
    await this.#atMost(turns, TURN_MS);
    const head = await this.log.head();
    await this.#noteFirstBuilds(head);
    await this.#lookAtNewer();
    for (const one of this.#health) {
      one.look(head);
      this.readModels.noteWriter(one.runner.projection, !one.hasNoWriter);
    }
  }

  /** Only instances of the version of the documents can write them: the leases of others are left to these. */
  async #keep(runners: readonly ProjectionRunner[]): Promise<ReadonlyMap<string, number>> {
    const ofOthers = runners.filter(({ isOfThisVersion }) => !isOfThisVersion);
    if (ofOthers.length > 0) await this.leases.release(ofOthers.map(leaseOf));
    return this.leases.keep(runners.filter(({ isOfThisVersion }) => isOfThisVersion).map(leaseOf));
  }

  async #lookAtNewer(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.lookAtNewer()));
  }

  /** The documents of a projection for their writer: every write requires the lease, which is another one while they do not answer. */
  async openProjector(projection: Projection<Document>, collection: Collection): Promise<LiveProjector> {
    const isLive = () => this.readModels.collection(projection).name === collection.name;
    const fence = () => this.leases.require(isLive() ? leaseOf(projection) : REBUILD_LEASE);
    const parking = new Parking({
      ...{ projection: projection.name, build: collection.name },
      ...{ parked: this.parkedDocuments, skips: this.skippedEvents, now: () => this.clock.now() },
      onParked: ({ documentId, type, event, position }) =>
        this.#log.warn(
          `${projection.name} parks ${documentId}: ${type} ${event} at ${position} cannot be folded into it. See: herald parked list`,
        ),
    });
    const isLongAgo = (recordedAt: Instant) => this.#isLongAgo(recordedAt);
    const projector = new LiveProjector(projection, this.documents, collection, fence, parking, isLongAgo);
    await projector.open();
    return projector;
  }

  /** Up to where the live documents of a projection are written, as far as this instance knows. */
  written(name: string): Position | undefined {
    return this.#runner(name)?.written;
  }

  /** A live projection; undefined while its documents are of another version than the code. */
  projector(name: string): LiveProjector | undefined {
    return this.#runner(name)?.projector;
  }

  /** Whether read models are being rebuilt because the log was restored (see `LogRestored`); do not act on their answers then. */
  isRebuildingAfterRestore(): boolean {
    return this.#runners.some(({ isRestored }) => isRestored);
  }

  /**
   * Whether read models are being built from the log for the first time, after at most `millis`: until then they lack what is not folded,
   * and answers would be wrong.
   */
  async isFirstBuild(millis: number): Promise<boolean> {
    const building = this.#runners.filter(
      (runner) => runner.isFirstBuild && this.readModels.hasWriter(runner.projection),
    );
    if (building.length === 0) return false;
    return !(await this.#atMost(
      building.map((runner) => runner.firstBuilt()),
      millis,
    ));
  }

  async #noteFirstBuilds(head: Position | undefined): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.noteFirstBuild(head)));
  }

  /** The projections whose documents were built from another log. */
  get restored(): readonly string[] {
    return this.#runners.filter(({ isRestored }) => isRestored).map(({ name }) => name);
  }

  /** Whether documents were built from the current log. */
  isOfThisLog(collection: Collection): Promise<boolean> {
    return isOfThisLog(this.log, this.documents, collection, this.#stopped.signal);
  }

  /** Whether this instance writes the documents of a projection; exactly one instance does. */
  isWriting(name: string): boolean {
    return this.#runner(name)?.isWritten ?? false;
  }

  /**
   * Replaces the live documents: brings the new ones up to date first, and swaps between two batches.
   * @param pointed called when they are up to date, before they follow the log.
   * @throws LeaseLost if another instance runs rebuilds now.
   */
  async replace(projector: LiveProjector, pointed: () => Promise<void>): Promise<void> {
    await this.#runner(projector.projection.name)?.replace(projector, pointed);
  }

  /** The parked documents of a projection, as far as this instance knows. */
  parked(name: string): readonly ParkedDocument[] {
    return this.projector(name)?.parking.all ?? [];
  }

  /** Retries parked documents of a projection; if another instance writes them, asks that one. Default: all. */
  async retry(name: string, ids?: readonly string[]): Promise<void> {
    await this.#runner(name)?.retry(ids);
  }

  /**
   * Resolves when everything in the log at the time of the call is in the documents of this projection.
   * @param signal ends the wait: the writing instance may be gone.
   * @throws HeraldError `projections-stopped`, `projection-parked`, `read-models-rebuilding`, `projection-newer` when that will
   * not happen, or not soon.
   */
  async caughtUp(name: string, signal: AbortSignal = this.#stopped.signal): Promise<void> {
    const head = await this.log.head();
    const runner = this.#runner(name);
    if (head === undefined || !runner) return;
    const wake = () => runner.wake();
    signal.addEventListener('abort', wake);
    try {
      await runner.caughtUp(head, signal, () => this.#failure);
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /**
   * Whether the last event that this instance has folded into a read model was recorded long ago; also where it has folded none since it
   * read the documents. If there are more events, they came while no instance ran, or more come than can be folded.
   */
  isLate(name: string): boolean {
    const projector = this.projector(name);
    if (!projector) return false;
    const { recordedAt } = projector;
    return recordedAt === undefined || this.#isLongAgo(recordedAt);
  }

  #isLongAgo(recordedAt: Instant): boolean {
    return toMillis(this.clock.now()) - toMillis(recordedAt) > LONG_AGO_MS;
  }

  /** As {@link caughtUp}, but an abort only ends the wait: the caller needs no answer then. */
  async caughtUpUnlessAborted(name: string, signal: AbortSignal): Promise<void> {
    await this.caughtUp(name, signal).catch((error) => {
      if (!signal.aborted) throw error;
    });
  }

  /** @throws HeraldError `projections-stopped` while no read model follows the log. */
  requireFollowing(): void {
    if (this.#failure !== undefined) throw notFollowing('The read models do', this.#failure);
    const [first, ...others] = this.#runners.map(({ failure }) => failure.error);
    if (first !== undefined && others.every((error) => error !== undefined))
      throw notFollowing('The read models do', first);
  }

  #runner(name: string): ProjectionRunner | undefined {
    return this.#runners.find((runner) => runner.name === name);
  }

  /** Sets aside documents that were built from another log, so that they are rebuilt. */
  async #checkLog(): Promise<void> {
    this.#checkedAt = performance.now();
    // A log that does not answer is not a failure of a read model.
    await this.log.head();
    const checks = this.#runners.map(async (runner) => ({ runner, isOther: await runner.isOfAnotherLog() }));
    const found = (await Promise.all(checks)).filter(({ isOther }) => isOther).map(({ runner }) => runner);
    if (found.length > 0) this.#setAside(found);
  }

  #setAside(runners: readonly ProjectionRunner[]): void {
    for (const runner of runners) runner.setAside();
    const names = runners.map(({ name }) => name);
    this.#log.error(
      `The log is not the one that ${names.join(', ')} were built from: it was restored or replaced. They are rebuilt from it and are unavailable until then.`,
    );
    this.bus.publish(new LogRestored(names));
    this.#following.abort();
  }

  /** From the position of the projection that is furthest; the others read up to it by themselves. */
  async #follow(isWell: () => void): Promise<void> {
    await this.#checkLog();
    // A change found just now does not end the next subscription, which starts after it.
    this.#following = new AbortController();
    const after = await this.#furthest();
    const signal = AbortSignal.any([this.#stopped.signal, this.#following.signal]);
    this.#failure = undefined;
    this.#logOnce.over();
    for (const runner of this.#runners) {
      runner.begin(after);
      runner.wake();
    }
    const options = { ...(after ? { after } : {}), signal, types: HANDLED };
    let [begunAt, count] = [0, 0];
    for await (const batch of this.log.subscribeToAll(options)) {
      await this.#roomFor(batch.length);
      for (const runner of this.#runners) runner.offer(batch);
      isWell();
      const now = performance.now();
      if (now - begunAt > ROW_MS) [begunAt, count] = [now, 0];
      count += batch.length;
      const isInARow = batch.length <= FEW_IN_A_ROW && count > FEW_IN_A_ROW;
      if (isSomeOfMany(batch) || isInARow) await pause(GATHER_MS, signal);
    }
  }

  async #furthest(): Promise<Position | undefined> {
    const projectors = this.#runners.flatMap(({ projector }) => projector ?? []);
    // Projections that are rebuilt catch up to the head when they are swapped in.
    if (projectors.length === 0) return this.log.head();
    const furthest = projectors.map(({ position }) => position ?? '').reduce((a, b) => (a > b ? a : b));
    return furthest === '' ? undefined : furthest;
  }

  /** The feed is no faster than the projections, but does not wait for one that has stopped: that one reads the log later. */
  async #roomFor(count: number): Promise<void> {
    const slow = this.#runners.filter((runner) => !runner.hasRoomFor(count));
    if (slow.length === 0) return;
    await this.#atMost(
      slow.map((runner) => runner.roomFor(count)),
      MAX_FEED_WAIT_MS,
    );
  }

  #atMost(work: readonly Promise<void>[], millis: number): Promise<boolean> {
    return atMost(Promise.all(work), millis, this.#stopped.signal);
  }

  #failed(error: unknown): void {
    this.#failure = error;
    // Another instance may do the work that is not done here.
    this.leases.lapse(PROJECTIONS.map(leaseOf));
    this.#logOnce.about(notFollowing('The read models do', error));
    for (const runner of this.#runners) runner.wake();
  }
}
