import { Injectable, Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { MAX_FEED_WAIT_MS } from '../../../domain/bounds.js';
import { pause, retryForever } from '../../concurrency/back-off.js';
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
import { LiveProjector } from './live-projector.js';
import { isOfThisLog } from './log-check.js';
import { notFollowing } from './projection-errors.js';
import { ProjectionHealth } from './projection-health.js';
import { leaseOf, ProjectionRunner } from './projection-runner.js';
import { ReadModels } from './read-models.js';

/** Of what no projection folds nothing is read: a frozen mail is as long as a hundred other events. */
const HANDLED = [...new Set(PROJECTIONS.flatMap(({ handles }) => handles))];

/** How long what comes behind some of many events is gathered, in milliseconds: each batch costs every projection a transaction. */
const GATHER_MS = 25;

/** A few events are what one decision or one attempt records; very many are a log that is being read, with more to come at once. */
const isSomeOfMany = ({ length }: readonly StoredEvent[]): boolean => length > 4 && length < 250;

/** How often it is looked whether the log is still the same, in milliseconds. */
const CHECK_LOG_MS = 10_000;

/** How long the start, and a look after leases, wait for one projection, in milliseconds: those that are slower go on behind them. */
const TURN_MS = 1_000;

/**
 * All live projections, and the one subscription to the log that feeds them. Each is folded in a queue of its own. Of several instances
 * one writes a projection, the one that holds its lease; the others see how far it is.
 */
@Injectable()
export class Projections {
  readonly #log = new Logger(Projections.name);
  readonly #logOnce = new LogOnce(this.#log);
  readonly #runners: readonly ProjectionRunner[];
  readonly #health: readonly ProjectionHealth[];
  /** Ends the subscription that is under way, so that the next begins where the documents are. */
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

  /** What a person should look at, each with what to do; from memory. */
  troubles(): readonly string[] {
    const troubles = this.#health.flatMap((one) => one.troubles());
    if (!this.isRebuildingAfterRestore()) return troubles;
    const says = `The log was restored: ${this.restored.join(', ')} are rebuilt from it and answer nothing until then. No action is needed; GET /v1/projections shows how far they are.`;
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
    const leases = await this.leases.keep(PROJECTIONS.map(leaseOf));
    // The others do not wait for one whose documents are locked.
    await this.#inTime(
      this.#runners.map((runner) => runner.open(leases.get(leaseOf(runner)))),
      TURN_MS,
    );
    await this.#checkLog();
    this.#running = retryForever(
      (isWell) => this.#follow(isWell),
      (error) => this.#failed(error),
      this.#stopped.signal,
    );
  }

  /** Ends after the batches that are under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await Promise.all(this.#runners.map((runner) => runner.stop()));
    await this.leases.release(PROJECTIONS.map(leaseOf));
  }

  /** Takes over what another instance has left, lets go of what another has taken, and follows what another has swapped. */
  async keepLeases(): Promise<void> {
    if (this.#stopped.signal.aborted || this.#failure !== undefined) return;
    // The lease of what fails here is for another instance to take.
    const well = this.#runners.filter(({ failure }) => failure.error === undefined);
    const leases = await this.leases.keep(well.map(leaseOf));
    await this.readModels.refresh();
    if (performance.now() - this.#checkedAt > CHECK_LOG_MS) await this.#checkLog();
    const turns = well.map((runner) => runner.turn(leases.get(leaseOf(runner))));
    await this.#inTime(turns, TURN_MS);
    const head = await this.log.head();
    for (const one of this.#health) one.look(head);
  }

  /** The documents of a projection as the one who writes them may write them: with the lease at hand. */
  async openProjector(projection: Projection<Document>, collection: Collection): Promise<LiveProjector> {
    const fence = () => this.leases.require(leaseOf(projection));
    const parking = new Parking({
      ...{ projection: projection.name, build: collection.name },
      ...{ parked: this.parkedDocuments, skips: this.skippedEvents, now: () => this.clock.now() },
      onParked: ({ documentId, type, event, position }) =>
        this.#log.warn(
          `${projection.name} parks ${documentId}: ${type} ${event} at ${position} cannot be folded into it. See: herald parked list`,
        ),
    });
    const projector = new LiveProjector(projection, this.documents, collection, fence, parking);
    await projector.open();
    return projector;
  }

  /** How far a live projection is; undefined while its documents are of an older version than the code. */
  projector(name: string): LiveProjector | undefined {
    return this.#runner(name)?.projector;
  }

  /** Whether read models are being rebuilt because the log was restored (see `LogRestored`): what they answer is not to be acted on. */
  isRebuildingAfterRestore(): boolean {
    return this.#runners.some(({ isRestored }) => isRestored);
  }

  /** The projections whose documents were made of another log. */
  get restored(): readonly string[] {
    return this.#runners.filter(({ isRestored }) => isRestored).map(({ name }) => name);
  }

  /** Whether documents were made of the log as it is now. */
  isOfThisLog(collection: Collection): Promise<boolean> {
    return isOfThisLog(this.log, this.documents, collection, this.#stopped.signal);
  }

  /** Whether this instance writes the documents of a projection; of several, one does. */
  isWriting(name: string): boolean {
    return this.#runner(name)?.isWritten ?? false;
  }

  /**
   * Puts documents in the place of those that are live: brought up to date first, and between two batches.
   * @param pointed called when they are up to date, before they follow the log.
   */
  async replace(projector: LiveProjector, pointed: () => Promise<void>): Promise<void> {
    await this.#runner(projector.projection.name)?.replace(projector, pointed);
  }

  /** The documents of a projection that are parked, as far as this instance knows. */
  parked(name: string): readonly ParkedDocument[] {
    return this.projector(name)?.parking.all ?? [];
  }

  /** Retries parked documents of a projection; where another instance writes them, has that one do so. Default: all. */
  async retry(name: string, ids?: readonly string[]): Promise<void> {
    await this.#runner(name)?.retry(ids);
  }

  /**
   * Resolves when all that was in the log at the call is in the documents of this projection.
   * @param signal ends the waiting: the one who writes the documents may be gone.
   * @throws HeraldError `projections-stopped`, `projection-parked`, `read-models-rebuilding`, `projection-newer` when that will not
   * be, or not soon.
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

  /** As {@link caughtUp}, but an abort only ends the waiting: whoever aborts needs no answer. */
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

  /** Sets documents aside that were made of another log, so that they are rebuilt. */
  async #checkLog(): Promise<void> {
    this.#checkedAt = performance.now();
    // A log that does not answer is no failure of a read model.
    await this.log.head();
    const checks = this.#runners.map(async (runner) => ({ runner, isOther: await runner.isOfAnotherLog() }));
    const found = (await Promise.all(checks)).filter(({ isOther }) => isOther).map(({ runner }) => runner);
    if (found.length > 0) this.#setAside(found);
  }

  #setAside(runners: readonly ProjectionRunner[]): void {
    for (const runner of runners) runner.setAside();
    const names = runners.map(({ name }) => name);
    this.#log.error(
      `The log is not the one that ${names.join(', ')} were made of: an older copy was put back, or another took its place. They are rebuilt from it, and answer nothing until then.`,
    );
    this.bus.publish(new LogRestored(names));
    this.#following.abort();
  }

  /** From where the projection is that is furthest; the others read up to there by themselves. */
  async #follow(isWell: () => void): Promise<void> {
    await this.#checkLog();
    // What was found just now ends no subscription: the one that follows begins behind it.
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
    for await (const batch of this.log.subscribeToAll(options)) {
      await this.#roomFor(batch.length);
      for (const runner of this.#runners) runner.offer(batch);
      isWell();
      if (isSomeOfMany(batch)) await pause(GATHER_MS, signal);
    }
  }

  async #furthest(): Promise<Position | undefined> {
    const projectors = this.#runners.flatMap(({ projector }) => projector ?? []);
    // Those that are rebuilt catch up to the head when they are swapped in.
    if (projectors.length === 0) return this.log.head();
    const furthest = projectors.map(({ position }) => position ?? '').reduce((a, b) => (a > b ? a : b));
    return furthest === '' ? undefined : furthest;
  }

  /** The feed goes no faster than the projections, but waits for none that stands still: that one reads the log by itself later. */
  async #roomFor(count: number): Promise<void> {
    const slow = this.#runners.filter((runner) => !runner.hasRoomFor(count));
    if (slow.length === 0) return;
    await this.#inTime(
      slow.map((runner) => runner.roomFor(count)),
      MAX_FEED_WAIT_MS,
    );
  }

  /** Waits for work that never rejects, so many milliseconds at most, and not beyond the end. */
  async #inTime(work: readonly Promise<void>[], millis: number): Promise<void> {
    const done = new AbortController();
    const late = pause(millis, AbortSignal.any([this.#stopped.signal, done.signal]));
    await Promise.race([Promise.all(work), late]);
    done.abort();
  }

  #failed(error: unknown): void {
    this.#failure = error;
    // What is not done here another instance may do.
    this.leases.lapse(PROJECTIONS.map(leaseOf));
    this.#logOnce.about(notFollowing('The read models do', error));
    for (const runner of this.#runners) runner.wake();
  }
}
