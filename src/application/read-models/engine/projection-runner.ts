import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { KeyedMutex } from '../../concurrency/keyed-mutex.js';
import { LeaseLost, type Leases } from '../../leases/leases.js';
import type { Document } from '../../ports/document-store.js';
import type { Position, StoredEvent } from '../../ports/event-store.js';
import type { Parked, Projection } from '../../ports/projection.js';
import { type ParkedDocuments, WHOLE_BUILD } from '../parking/parked-documents.js';
import { type AnsweringContext, AnsweringDocuments } from './answering-documents.js';
import { leaseOf, REBUILD_LEASE } from './document-leases.js';
import { FeedFollower } from './feed-follower.js';
import { FirstBuild } from './first-build.js';
import type { LiveProjector } from './live-projector.js';
import { ParkedRetry, type RetriedProjection } from './parked-retry.js';
import { ended, newer, notFollowing, parkedError } from './projection-errors.js';
import { ProjectionFailure } from './projection-failure.js';
import { rebuilding } from './read-models.js';

/** How often a waiter looks at documents that another instance writes, in milliseconds. */
const LOOK_EVERY_MS = 20;

/**
 * How long the checkpoint of documents may lag that the last events did not concern, in milliseconds: other instances wait for it. Most events
 * concern few read models, and each checkpoint costs a transaction.
 */
const CHECKPOINT_AFTER_MS = 50;
/**
 * How long gathered documents wait for the next events, in milliseconds: the slowest read model sets the pace. Where somebody waits for them
 * it is `CHECKPOINT_AFTER_MS`.
 */
const GATHERED_AFTER_MS = 1_000;

export interface RunnerContext extends AnsweringContext {
  readonly leases: Leases;
  readonly parkedDocuments: ParkedDocuments;
  /** Has documents of a projection set aside that were made of another log. */
  readonly setAside: (runner: ProjectionRunner) => void;
}

/**
 * Keeps the documents of one live projection up to date, in its own queue: projections never wait for each other. Failures are
 * retried here with back-off, from the checkpoint of the documents.
 */
export class ProjectionRunner implements RetriedProjection {
  readonly #logger = new Logger('Projections');
  readonly #queue = new KeyedMutex();
  readonly #answering: AnsweringDocuments;
  readonly #follower: FeedFollower;
  readonly #retry: ParkedRetry;
  readonly #firstBuild: FirstBuild;
  readonly failure: ProjectionFailure;
  /** Waiters for a change of the documents. */
  readonly #waiting = new Set<() => void>();
  #isWritten = false;
  #hasBegun = false;
  /** Whether it has not been looked whether the documents were made of this log. */
  #isUnchecked = false;
  /** The fencing token of the lease at the last look; undefined while another instance holds it. */
  #lease: number | undefined;
  #isWorking = false;
  #work: Promise<void> = Promise.resolve();
  #turn: Promise<void> | undefined;
  #checkpointTimer: NodeJS.Timeout | undefined;
  /** Whether the timer waits for further events first. */
  #waitsForEvents = false;

  /** @param folded called with events once they are folded; where they are not folded here, once they are seen. Default: nobody needs to know. */
  constructor(
    readonly projection: Projection<Document>,
    private readonly context: RunnerContext,
    folded?: (events: readonly StoredEvent[]) => void,
  ) {
    const { log, parkedDocuments, stopped } = context;
    const isOver = (projector: LiveProjector) => stopped.aborted || this.#answering.isSetAside(projector);
    this.#follower = new FeedFollower(log, folded, isOver);
    this.#answering = new AnsweringDocuments(projection, context, () => this.#follower.passOn());
    this.#retry = new ParkedRetry(this, log, parkedDocuments);
    this.#firstBuild = new FirstBuild(projection, context.readModels);
    this.failure = new ProjectionFailure(projection.name, stopped);
  }

  get name(): string {
    return this.projection.name;
  }

  /** The position of the live documents; undefined while there are none. */
  get projector(): LiveProjector | undefined {
    return this.#answering.projector;
  }

  /** Whether the live documents are of a newer version of Herald: only an instance of that version writes them. */
  get isNewer(): boolean {
    return this.#answering.isNewer;
  }

  /** Whether the live documents are of the version in the code: then an instance of this version writes them. */
  get isOfThisVersion(): boolean {
    return this.#answering.isOfThisVersion;
  }

  /** The position up to which the live documents are written and visible to all, as far as this instance knows. */
  get written(): Position | undefined {
    return this.#answering.written;
  }

  /** Whether this instance writes the documents; exactly one instance does. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** Whether the documents were built from another log, and are being rebuilt. */
  get isRestored(): boolean {
    return this.#answering.isRestored;
  }

  /** Whether the documents are being built for the first time, or are not open yet, and nothing is wrong with that. */
  get isFirstBuild(): boolean {
    if (this.failure.error !== undefined || this.projector?.parked) return false;
    return this.#firstBuild.isUnderWay;
  }

  /** Resolves when the documents are not being built for the first time any more. All who wait share one promise. */
  firstBuilt(): Promise<void> {
    return this.#firstBuild.over();
  }

  /** Notes whether the documents are being built for the first time. Never rejects. */
  async noteFirstBuild(head: Position | undefined): Promise<void> {
    await this.#firstBuild.note(head, this);
    this.wake();
  }

  /**
   * Opens the documents before anything is folded. It never rejects: what cannot be opened is tried again here, and health says so.
   * @param lease the number of the lease, where this instance holds it.
   */
  async open(lease: number | undefined): Promise<void> {
    this.#lease = lease;
    this.#isWritten = lease !== undefined;
    await this.betweenBatches(() => this.#open()).catch((error) => this.#failed(error));
  }

  /** Restarts the feed after this position. */
  begin(position: Position | undefined): void {
    this.#hasBegun = true;
    this.#follower.begin(position, this.projector);
    this.#goOn();
  }

  /** Receives a batch of the feed, and returns at once. */
  offer(events: readonly StoredEvent[]): void {
    this.#follower.offer(events, this.#isFolding);
    this.#goOn();
  }

  /** Whether a batch of this size fits, or would not be buffered. */
  hasRoomFor(count: number): boolean {
    return this.#follower.hasRoomFor(count);
  }

  /** Resolves when it has room. */
  async roomFor(count: number): Promise<void> {
    while (!this.hasRoomFor(count)) await this.#nextChange();
  }

  /**
   * Applies swaps of other instances, and takes over or releases the documents. Never rejects: failures are retried here, and
   * reported in health.
   * @param lease the fencing token, if this instance holds the lease.
   */
  turn(lease: number | undefined): Promise<void> {
    this.#turn ??= this.#inTurn(() => this.#takeTurn(lease))
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#turn = undefined;
      });
    return this.#turn;
  }

  /** Resolves when nothing is folded any more; the signal of the context has aborted. */
  async stop(): Promise<void> {
    await this.#work;
    this.#forgetTimer();
    // What is folded and not written is folded again by the next process: a store that is away must not delay the stop.
    await this.#inTurn(async () => this.projector?.settle());
  }

  /** Does something with the documents when all that is folded is written. */
  betweenBatches<T>(work: () => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#writeAll().catch((error) => this.#failed(error));
      return work();
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#queue.run('documents', async () => {
        const result = await work();
        await this.#firstBuild.noteOver(this.projector?.written);
        return result;
      });
    } finally {
      this.wake();
      this.#goOn();
    }
  }

  /**
   * Replaces the live documents. The new ones are brought up to date here, whichever instance writes the live ones.
   * @param pointed called when they are up to date, before they follow the log.
   * @throws LeaseLost if another instance runs rebuilds now, and as `caughtUp` if the new ones do not get to the head of the log: then
   * nothing is replaced.
   */
  async replace(projector: LiveProjector, pointed: () => Promise<void>): Promise<void> {
    await this.betweenBatches(async () => {
      const head = await this.context.log.head();
      await this.#notingWhole(projector, () => this.#follower.catchUp(projector, head));
      this.#requireCaughtUp(projector, head);
      await this.context.leases.require(REBUILD_LEASE);
      await pointed();
      this.#answering.answerWith(projector);
      this.#firstBuild.replaced();
    });
  }

  #requireCaughtUp({ parked, written = '' }: LiveProjector, head: Position = ''): void {
    if (parked) throw parkedError(this.name, parked);
    if (this.context.stopped.aborted) throw ended();
    if (written < head) throw notFollowing(`The new documents of ${this.name} do`, this.failure.error);
  }

  /** Retries parked documents. Default: all. */
  retry(ids?: readonly string[]): Promise<void> {
    return this.#retry.retry(ids);
  }

  /** Whether the documents were built from another log; if that cannot be determined now, it is checked again later. */
  async isOfAnotherLog(): Promise<boolean> {
    try {
      return await this.#answering.isOfAnotherLog();
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** Looks how far another instance has written documents of a newer version. Never rejects: a store that fails is noticed elsewhere. */
  async lookAtNewer(): Promise<void> {
    await this.#answering.lookAtNewer().catch(() => undefined);
  }

  /** Makes the documents unavailable until they are rebuilt, because they were built from another log. */
  setAside(): void {
    this.#answering.setAside();
    this.wake();
  }

  /**
   * Resolves when the documents contain the log up to `head`.
   * @param feedFailure why the log itself is not followed.
   * @throws as `Projections.caughtUp`.
   */
  async caughtUp(head: Position, signal: AbortSignal, feedFailure: () => unknown): Promise<void> {
    for (;;) {
      const { name, projector, failure } = this;
      if (projector?.parked) throw parkedError(name, projector.parked);
      if (this.isRestored) throw rebuilding(name);
      if (!projector && this.isNewer) throw newer(name);
      if (projector && (projector.written ?? '') >= head) return;
      if (feedFailure() !== undefined) throw notFollowing('The read models do', feedFailure());
      if (failure.error !== undefined) throw notFollowing(`The read model ${name} does`, failure.error);
      if (signal.aborted || this.context.stopped.aborted) throw ended();
      if (projector && !this.#isWritten) await this.lookLater(projector);
      else await this.#nextWrite();
    }
  }

  /** Makes all waiters look again. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
    if (!this.isFirstBuild) this.#firstBuild.wake();
  }

  async fenced(projector: LiveProjector, work: () => Promise<void>): Promise<void> {
    try {
      await this.#notingWhole(projector, work);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      this.#isWritten = false;
      this.#follower.passOn();
      await projector.reread();
    }
  }

  async #notingWhole(projector: LiveProjector, work: () => Promise<void>): Promise<void> {
    const before = projector.parked;
    await work();
    if (projector.parked && projector.parked !== before) await this.#noteWhole(projector, projector.parked);
  }

  catchUp(projector: LiveProjector): Promise<void> {
    return this.#follower.catchUp(projector);
  }

  async lookLater(projector: LiveProjector): Promise<void> {
    await wait(LOOK_EVERY_MS);
    await this.betweenBatches(async () => {
      if (!this.#isWritten) await projector.look();
    });
  }

  get #isFolding(): boolean {
    return this.#isWritten && this.projector !== undefined && this.projector.parked === undefined;
  }

  get #hasWork(): boolean {
    if (this.failure.error !== undefined) return true;
    return this.#isFolding && !!this.projector && !this.#follower.isDone(this.projector);
  }

  /** The next change; documents that wait for further events wait no longer. */
  #nextWrite(): Promise<void> {
    const change = this.#nextChange();
    if (this.projector?.isGathering && !this.#isWorking) {
      this.#forgetTimer();
      this.#writeCheckpointLater();
    }
    return change;
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #failed(error: unknown): void {
    this.failure.note(error);
    // Another instance may do the work that is not done here.
    this.context.leases.lapse([leaseOf(this.projection)]);
    this.#follower.detach();
    this.wake();
    this.#goOn();
  }

  /** Works while there is something to do; then a checkpoint may remain to be written. */
  #goOn(): void {
    if (this.#isWorking || this.context.stopped.aborted) return;
    if (this.#hasWork) {
      this.#isWorking = true;
      if (this.#waitsForEvents) this.#forgetTimer();
      this.#work = this.#steps();
    } else this.#writeCheckpointLater();
  }

  /** Step by step, so that other work on the documents can run in between. Never throws. */
  async #steps(): Promise<void> {
    for (let isStuck = false; !isStuck && this.#hasWork && !this.context.stopped.aborted; ) {
      try {
        isStuck = !(await this.#inTurn(() => this.#step()));
        this.failure.over();
      } catch (error) {
        this.#failed(error);
        await this.failure.pause();
      }
    }
    this.#isWorking = false;
    this.#writeCheckpointLater();
  }

  #writeCheckpointLater(): void {
    if (!this.projector?.isUnwritten || !this.#isFolding) return;
    const mayGather = this.projector.isGathering && this.#waiting.size === 0;
    const millis = mayGather ? GATHERED_AFTER_MS : CHECKPOINT_AFTER_MS;
    if (this.#checkpointTimer === undefined) this.#waitsForEvents = mayGather;
    this.#checkpointTimer ??= setTimeout(() => void this.#writeCheckpoint(), millis);
  }

  #forgetTimer(): void {
    clearTimeout(this.#checkpointTimer);
    this.#checkpointTimer = undefined;
  }

  /** Never rejects. */
  async #writeCheckpoint(): Promise<void> {
    this.#checkpointTimer = undefined;
    await this.betweenBatches(async () => undefined);
  }

  /** Writes what is folded and not yet written, unless this instance no longer writes the documents. */
  async #writeAll(): Promise<void> {
    const { projector } = this;
    if (projector?.isUnwritten && this.#isFolding) await this.fenced(projector, () => projector.flush());
  }

  /** @returns false if the log has nothing more to read although the feed is further; that may be temporary. */
  async #step(): Promise<boolean> {
    // Documents may have been swapped since, or written by another instance.
    if (this.failure.error !== undefined) await this.#takeTurn(this.#lease);
    const { projector } = this;
    if (!projector || !this.#isFolding) return true;
    let hasMoved = true;
    await this.fenced(projector, async () => {
      hasMoved = await this.#follower.foldNext(projector);
    });
    return hasMoved;
  }

  /** Documents that are opened once the feed has begun have missed the look at the log: it is made up for before any is folded. */
  async #open(): Promise<void> {
    const before = this.projector;
    await this.#answering.open();
    this.#firstBuild.opened();
    if (this.projector !== before) {
      this.#isUnchecked = this.#hasBegun;
      this.#firstBuild.changed(this.projector);
    }
    if (!this.#isUnchecked) return;
    if (await this.#answering.isOfAnotherLog()) this.context.setAside(this);
    this.#isUnchecked = false;
  }

  async #takeTurn(lease: number | undefined): Promise<void> {
    await this.#open();
    const wasHeld = this.#isWritten && this.#lease === lease;
    this.#lease = lease;
    if (!wasHeld) {
      this.#isWritten = false;
      this.#follower.passOn();
      // Documents of a newly acquired lease are read again before they are written: another instance may have written since.
      await this.projector?.reread();
    }
    this.#isWritten = lease !== undefined;
    if (!this.#isWritten && this.isFirstBuild) await this.projector?.look();
    if (this.#isWritten && this.projector) await this.#retry.retryRequested(this.projector);
  }

  /** Informs the instances that do not write these documents, and survives restarts. */
  async #noteWhole({ parking }: LiveProjector, { position, event, reason }: Parked): Promise<void> {
    this.#logger.error(
      `${this.name} has stopped before the event ${event} at ${position}: too many of its documents are parked.`,
    );
    parking.park(WHOLE_BUILD, { id: event, type: '', position }, reason);
    await parking.save();
  }
}
