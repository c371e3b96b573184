import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { MAX_PARKED_DOCUMENTS } from '../../domain/bounds.js';
import { HeraldError, messageOf } from '../../domain/herald-error.js';
import { KeyedQueue } from '../aggregates/keyed-queue.js';
import { Clock } from '../clock/clock.js';
import { Complaint } from '../complaint.js';
import { type Collection, type Document, DocumentStore, DocumentsRefused } from '../document-store.js';
import { EventStore, type Position, type StoredEvent } from '../event-store.js';
import { LEASE_MS, LeaseLost, Leases } from '../leases/leases.js';
import { persistently } from '../pause.js';
import { EventsCommitted } from '../read-models/events-committed.js';
import { Parking } from '../read-models/exceptions.js';
import { isOfThisLog } from '../read-models/log-check.js';
import { LogRestored } from '../read-models/log-restored.js';
import { type ParkedDocument, ParkedDocuments, WHOLE_BUILD } from '../read-models/parked-documents.js';
import { Refold } from '../read-models/refold.js';
import { SkippedEvents } from '../read-models/skipped-events.js';
import { PROJECTIONS } from './all.js';
import { LiveProjector } from './live-projector.js';
import type { Parked, Projection } from './projection.js';
import { ReadModels, rebuilding } from './read-models.js';

/** How often one that waits for documents that another Herald writes looks at them, in milliseconds. */
const LOOK_EVERY_MS = 20;

/** How long a request that another instance retry documents may take, in milliseconds: that one may just have been lost. */
const PATIENCE_MS = 2 * LEASE_MS;

/** Documents that are behind the log for longer than this, in seconds, make health degraded. */
const BEHIND_SECONDS = 10;

/** How often it is looked whether the log is still the same, in milliseconds. */
const CHECK_LOG_MS = 10_000;

const leaseOf = ({ name }: Pick<Projection<Document>, 'name'>): string => `projection:${name}`;

/**
 * One reader of the log feeds all live projections. Of several Heralds one writes a projection, the one that holds its lease;
 * the others see how far it is.
 */
@Injectable()
export class Projections {
  readonly #log = new Logger(Projections.name);
  readonly #complaint = new Complaint(this.#log);
  readonly #projectors = new Map<string, LiveProjector>();
  /** Names of the projections that are written here. */
  #written: ReadonlySet<string> = new Set();
  /** The leases that were held at the last look. */
  #leases: ReadonlyMap<string, number> = new Map();
  /** The documents that were made of another log, by the name of their projection. */
  readonly #restored = new Map<string, string>();
  /** Ends the subscription that is under way, so that the next begins where the documents are. */
  #following = new AbortController();
  #checkedAt = performance.now();
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<() => void>();
  /** Names of the projections whose parked documents are being retried. */
  readonly #retrying = new Set<string>();
  readonly #oneAtATime = new KeyedQueue();
  /** Since when documents have been behind the log, by the monotonic clock. */
  readonly #behindSince = new Map<string, number>();
  /** The head of the log at the last look. */
  #head: Position | undefined;
  #position: Position | undefined;
  #running: Promise<void> = Promise.resolve();
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
  ) {}

  /** What a person should look at, each with what to do; from memory. */
  troubles(): readonly string[] {
    const troubles = [...this.#projectors.values()].flatMap((projector) => this.#troublesOf(projector));
    if (this.#restored.size === 0) return troubles;
    const says = `The log was restored: ${this.restored.join(', ')} are rebuilt from it and answer nothing until then. No action is needed; GET /v1/projections shows how far they are.`;
    return [says, ...troubles];
  }

  #troublesOf({ projection, parked, parking }: LiveProjector): readonly string[] {
    const { name } = projection;
    if (parked)
      return [
        `${name} stands still: ${MAX_PARKED_DOCUMENTS} of its documents are parked, which is the limit. Fix their common cause, then run: herald retry ${name}`,
      ];
    const troubles: string[] = [];
    const count = parking.all.length;
    if (count > 0)
      troubles.push(
        `${count} documents of ${name} are parked: run herald parked list to see why, then herald parked retry or herald parked skip.`,
      );
    const since = this.#behindSince.get(name);
    const seconds = since === undefined ? 0 : Math.floor((performance.now() - since) / 1_000);
    if (seconds > BEHIND_SECONDS)
      troubles.push(
        `${name} has been behind its log for ${seconds} s: see the log and the store of the read models.`,
      );
    return troubles;
  }

  /**
   * Opens all whose live documents are of the version in the code, and begins to follow the log. The others answer
   * as they are until they are replaced.
   */
  async start(): Promise<void> {
    await this.readModels.open();
    await this.leases.open();
    await this.parkedDocuments.open();
    await this.skippedEvents.open();
    this.#leases = await this.leases.keep(PROJECTIONS.map(leaseOf));
    this.#written = namesIn(this.#leases);
    for (const projection of PROJECTIONS) await this.#open(projection);
    await this.#checkLog();
    const { signal } = this.#stopped;
    this.#running = persistently(
      (isWell) => this.#follow(isWell),
      (error) => this.#failed(error),
      signal,
    );
  }

  /** Ends after the batch that is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await this.#oneAtATime.run('log', () => this.leases.release(PROJECTIONS.map(leaseOf)));
    this.#wake();
  }

  /** Takes over what another instance has left, lets go of what another has taken, and follows what another has swapped. */
  async keepLeases(): Promise<void> {
    await this.#oneAtATime.run('log', async () => {
      if (this.#stopped.signal.aborted || this.#failure !== undefined) return;
      const leases = await this.leases.keep(PROJECTIONS.map(leaseOf));
      const held = namesIn(leases);
      await this.readModels.refresh();
      for (const projection of PROJECTIONS) await this.#open(projection);
      if (performance.now() - this.#checkedAt > CHECK_LOG_MS) await this.#checkLog();
      const wasHeld = (name: string) =>
        this.#written.has(name) && this.#leases.get(leaseOf({ name })) === leases.get(leaseOf({ name }));
      // What is newly held and has documents is written here once these are read again.
      this.#written = new Set([...held].filter((name) => wasHeld(name) || !this.#projectors.has(name)));
      this.#leases = leases;
      for (const [name, projector] of this.#projectors)
        if (held.has(name)) await this.#hold(projector);
        else await this.#look(projector);
    });
    await this.#watchLag();
    this.#wake();
  }

  /** What was in the log at the last look should be in the documents at this one. */
  async #watchLag(): Promise<void> {
    if (this.#stopped.signal.aborted || this.#failure !== undefined) return;
    for (const [name, { written }] of this.#projectors)
      if (this.#head === undefined || (written ?? '') >= this.#head) this.#behindSince.delete(name);
      else if (!this.#behindSince.has(name)) this.#behindSince.set(name, performance.now());
    this.#head = await this.log.head();
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

  /** Opens the documents that answer, where they are of the version in the code and not open yet. */
  async #open(projection: Projection<Document>): Promise<void> {
    const { name, version } = projection;
    const isCurrent = this.readModels.of(projection).live.version === version;
    const collection = this.readModels.collection(projection);
    if (isCurrent && this.#projectors.get(name)?.collection.name === collection.name) return;
    this.#projectors.delete(name);
    if (!isCurrent || this.#restored.get(name) === collection.name) return;
    this.#projectors.set(name, await this.openProjector(projection, collection));
    this.#isRebuilt(name);
  }

  /** Where this instance holds the lease of these documents: brings them up to date, and retries what somebody has asked for. */
  async #hold(projector: LiveProjector): Promise<void> {
    const { name } = projector.projection;
    if (!this.#written.has(name)) {
      await projector.reread();
      this.#written = new Set([...this.#written, name]);
    }
    await this.#fenced(projector, () => this.#catchUp(projector));
    // Not here: what takes long would keep the others waiting.
    const ids = await this.parkedDocuments.requested(projector.collection.name);
    if (ids.length > 0 && !this.#retrying.has(name))
      void this.#retryHere(projector, ids).catch((error) => this.#complaint.about(error));
  }

  /** Where another instance writes these documents: how far it is, and what is parked. */
  async #look(projector: LiveProjector): Promise<void> {
    await projector.reread();
  }

  /** Does work that writes; when the lease is lost to another, its documents are what counts. */
  async #fenced(projector: LiveProjector, work: () => Promise<void>): Promise<void> {
    const before = projector.parked;
    try {
      await work();
      if (projector.parked && projector.parked !== before) await this.#noteWhole(projector, projector.parked);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      const { name } = projector.projection;
      this.#written = new Set([...this.#written].filter((one) => one !== name));
      await projector.reread();
    }
  }

  /** For the instances that do not write these documents, and across restarts. */
  async #noteWhole(
    { projection, parking }: LiveProjector,
    { position, event, reason }: Parked,
  ): Promise<void> {
    this.#log.error(
      `${projection.name} stands still before the event ${event} at ${position}: too many of its documents are parked.`,
    );
    parking.park(WHOLE_BUILD, { id: event, type: '', position }, reason);
    await parking.save();
  }

  /** How far a live projection is; undefined while its documents are of an older version than the code. */
  projector(name: string): LiveProjector | undefined {
    return this.#projectors.get(name);
  }

  /** Whether read models are being rebuilt because the log was restored (see `LogRestored`): what they answer is not to be acted on. */
  isRebuildingAfterRestore(): boolean {
    return this.#restored.size > 0;
  }

  /** The projections whose documents were made of another log. */
  get restored(): readonly string[] {
    return [...this.#restored.keys()];
  }

  /** Whether documents were made of the log as it is now. */
  isOfThisLog(collection: Collection): Promise<boolean> {
    return isOfThisLog(this.log, this.documents, collection, this.#stopped.signal);
  }

  /** Sets documents aside that were made of another log, so that they are rebuilt. */
  async #checkLog(): Promise<void> {
    this.#checkedAt = performance.now();
    const found: string[] = [];
    for (const [name, { collection }] of this.#projectors) {
      if (await this.isOfThisLog(collection)) continue;
      found.push(name);
      this.#restored.set(name, collection.name);
      this.#projectors.delete(name);
      this.readModels.setAside(name, true);
    }
    if (found.length === 0) return;
    this.#log.error(
      `The log is not the one that ${found.join(', ')} were made of: an older copy was put back, or another took its place. They are rebuilt from it, and answer nothing until then.`,
    );
    this.bus.publish(new LogRestored(found));
    this.#following.abort();
    this.#wake();
  }

  #isRebuilt(name: string): void {
    if (!this.#restored.delete(name)) return;
    this.readModels.setAside(name, false);
    this.#log.warn(`${name} is rebuilt from the restored log, and answers again.`);
  }

  /** Whether this Herald writes the documents of a projection; of several, one does. */
  isWriting(name: string): boolean {
    return this.#written.has(name);
  }

  /**
   * Puts documents in the place of those that are live: brought up to date first, and between two batches.
   * @param pointed called when they are up to date, before they follow the log.
   */
  async replace(projector: LiveProjector, pointed: () => Promise<void>): Promise<void> {
    await this.#oneAtATime.run('log', async () => {
      // Where another writes it, that one brings the documents up to date as soon as it sees the swap.
      if (this.#written.has(projector.projection.name))
        await this.#fenced(projector, () => this.#catchUp(projector));
      await pointed();
      this.#projectors.set(projector.projection.name, projector);
      this.#isRebuilt(projector.projection.name);
    });
    this.#wake();
  }

  /** The documents of a projection that are parked, as far as this instance knows. */
  parked(name: string): readonly ParkedDocument[] {
    return this.#projectors.get(name)?.parking.all ?? [];
  }

  /** Retries parked documents of a projection; where another instance writes them, has that one do so. Default: all. */
  async retry(name: string, ids?: readonly string[]): Promise<void> {
    const projector = this.#projectors.get(name);
    if (!projector) return;
    const all = ids ?? projector.parking.all.map(({ documentId }) => documentId);
    if (all.length === 0) return;
    if (this.#written.has(name)) await this.#retryHere(projector, all);
    else await this.#retryElsewhere(projector, all);
  }

  /** One after the other for each projection; batches of the log are folded meanwhile. */
  async #retryHere(projector: LiveProjector, asked: readonly string[]): Promise<void> {
    const { name } = projector.projection;
    const build = projector.collection.name;
    await this.#oneAtATime
      .run(`retry ${name}`, async () => {
        this.#retrying.add(name);
        const { parking } = projector;
        await parking.loadSkips();
        const ids = parking.withDependents(asked);
        const refold = ids.length > 0 ? new Refold(this.log, projector, parking, ids) : undefined;
        await refold?.advance(projector.position ?? '');
        await this.#oneAtATime.run('log', async () => {
          if (!this.#written.has(name) || this.#projectors.get(name) !== projector) return;
          await this.#fenced(projector, async () => {
            await projector.recover();
            await refold?.advance(projector.position ?? '');
            if (refold) await this.#settle(projector, refold);
            if (asked.includes(WHOLE_BUILD)) {
              await parking.unpark([WHOLE_BUILD]);
              projector.unpark();
            }
            await this.parkedDocuments.settle(build, asked);
            await this.#catchUp(projector);
          });
        });
      })
      .finally(() => this.#retrying.delete(name));
    this.#wake();
  }

  /** Writes what could be folded, and records what still cannot. */
  async #settle(projector: LiveProjector, refold: Refold<Document>): Promise<void> {
    const { parking, projection } = projector;
    const results = [...refold.results];
    const refusals = await this.#writeRefolded(projector, results);
    const done: string[] = [];
    for (const [id, { fault, waiting }] of results) {
      const reason = refusals.get(id);
      if (fault) parking.repark(id, fault.event, fault, waiting);
      else if (reason !== undefined) parking.repark(id, undefined, { reason }, waiting);
      else done.push(id);
    }
    await parking.save();
    await parking.unpark(done);
    if (done.length > 0) this.#log.warn(`${projection.name}: ${done.length} parked documents go on.`);
  }

  /** @returns why those that the store refuses are refused, by id. */
  async #writeRefolded(
    projector: LiveProjector,
    results: readonly (readonly [
      string,
      { readonly good: { readonly position: Position; readonly body: object | undefined } },
    ])[],
  ): Promise<ReadonlyMap<string, string>> {
    const changed = results.filter(([, { good }]) => good.position !== '');
    try {
      await projector.writeDocuments(
        changed.map(([id, { good }]) => [good.position, id, good.body as never]),
      );
      return new Map();
    } catch (error) {
      if (!(error instanceof DocumentsRefused)) throw error;
      return new Map(error.refusals.map(({ id, reason }) => [id, reason]));
    }
  }

  async #retryElsewhere(projector: LiveProjector, ids: readonly string[]): Promise<void> {
    const build = projector.collection.name;
    await this.parkedDocuments.request(build, ids);
    const end = performance.now() + PATIENCE_MS;
    do await this.#lookLater(projector);
    while ((await this.#isRequested(build, ids)) && performance.now() < end);
    await this.#oneAtATime.run('log', async () => {
      if (!this.#written.has(projector.projection.name)) await this.#look(projector);
    });
  }

  async #isRequested(build: string, ids: readonly string[]): Promise<boolean> {
    const requested = await this.parkedDocuments.requested(build);
    return requested.some((id) => ids.includes(id));
  }

  async #lookLater(projector: LiveProjector): Promise<void> {
    await wait(LOOK_EVERY_MS);
    await this.#oneAtATime.run('log', async () => {
      if (!this.#written.has(projector.projection.name)) await projector.look();
    });
  }

  /**
   * Resolves when all that was in the log at the call is in the documents of this projection.
   * @param signal ends the waiting: the one who writes the documents may be gone.
   * @throws HeraldError `projections-stopped`, `projection-parked`, `read-models-rebuilding`, `projection-newer` when that will not
   * be, or not soon.
   */
  async caughtUp(name: string, signal: AbortSignal = this.#stopped.signal): Promise<void> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      await this.#caughtUp(name, signal);
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

  #isNewer(name: string): boolean {
    const projection = PROJECTIONS.find((one) => one.name === name);
    return projection !== undefined && this.readModels.of(projection).live.version > projection.version;
  }

  async #caughtUp(name: string, signal: AbortSignal): Promise<void> {
    const head = await this.log.head();
    if (head === undefined) return;
    for (;;) {
      const projector = this.#projectors.get(name);
      if (projector?.parked) throw parkedError(name, projector.parked);
      if (this.#restored.has(name)) throw rebuilding(name);
      if (!projector && this.#isNewer(name)) throw newer(name);
      if (projector && (projector.written ?? '') >= head) return;
      if (this.#failure !== undefined || signal.aborted || this.#stopped.signal.aborted)
        throw stopped(this.#failure);
      if (projector && !this.#written.has(name)) await this.#lookLater(projector);
      else await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** @throws HeraldError `projections-stopped` while the read models do not follow the log. */
  requireFollowing(): void {
    if (this.#failure !== undefined) throw stopped(this.#failure);
  }

  /** From where the documents are, as they are written: the one furthest behind. */
  async #follow(isWell: () => void): Promise<void> {
    await this.#oneAtATime.run('log', async () => {
      this.#following = new AbortController();
      await this.#checkLog();
      // What was found just now ends no subscription: the one that follows begins behind it.
      this.#following = new AbortController();
      for (const projector of this.#projectors.values()) await projector.reread();
      const positions = [...this.#projectors.values()].map(({ position }) => position ?? '');
      const least = positions.reduce((a, b) => (a < b ? a : b), positions[0] ?? '');
      this.#position = least === '' ? undefined : least;
      // Those that are rebuilt catch up to here when they are swapped in.
      if (positions.length === 0) this.#position = await this.log.head();
    });
    const signal = AbortSignal.any([this.#stopped.signal, this.#following.signal]);
    this.#failure = undefined;
    this.#complaint.over();
    this.#wake();
    const after = this.#position === undefined ? {} : { after: this.#position };
    for await (const batch of this.log.subscribeToAll({ ...after, signal })) {
      await this.#oneAtATime.run('log', async () => {
        for (const [name, projector] of this.#projectors)
          if (this.#written.has(name)) await this.#fenced(projector, () => this.#goOn(projector, batch));
        this.#position = batch.at(-1)?.position ?? this.#position;
      });
      isWell();
      this.#wake();
      this.bus.publish(new EventsCommitted(batch));
    }
  }

  #failed(error: unknown): void {
    this.#failure = error;
    // What is not done here another instance may do.
    this.leases.lapse(PROJECTIONS.map(leaseOf));
    this.#complaint.about(stopped(error));
    this.#wake();
  }

  /** Never past a gap: a store that failed while it caught up has left it behind. */
  async #goOn(projector: LiveProjector, batch: readonly StoredEvent[]): Promise<void> {
    await this.#catchUp(projector);
    await projector.fold(batch);
  }

  /** Up to where the others are. */
  async #catchUp(projector: LiveProjector): Promise<void> {
    await projector.recover();
    const goal = this.#position ?? '';
    if (projector.parked || (projector.position ?? '') >= goal) return;
    const from = projector.position === undefined ? {} : { from: projector.position };
    for await (const batch of this.log.readAll(from)) {
      await projector.fold(batch);
      if (projector.parked || (projector.position ?? '') >= goal) return;
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

const namesIn = (leases: ReadonlyMap<string, number>): ReadonlySet<string> =>
  new Set(PROJECTIONS.filter((projection) => leases.has(leaseOf(projection))).map(({ name }) => name));

const newer = (name: string): HeraldError =>
  new HeraldError(
    'projection-newer',
    `An instance of a newer version of Herald writes ${name}: ask that one, or bring this one to the same version.`,
  );

const parkedError = (name: string, { position, reason }: Parked): HeraldError =>
  new HeraldError(
    'projection-parked',
    `The projection ${name} stands still before the event at ${position}, because too many of its documents are parked: ${reason}. Mend it, then: herald retry ${name}`,
  );

const stopped = (failure: unknown): HeraldError =>
  new HeraldError(
    'projections-stopped',
    failure === undefined
      ? 'Herald ends, and its read models no longer follow the log. Ask another, or this one once it runs again.'
      : `The read models do not follow the log, and Herald tries again by itself: ${messageOf(failure)}`,
  );
