import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { HeraldError, messageOf } from '../../domain/herald-error.js';
import { KeyedQueue } from '../aggregates/keyed-queue.js';
import { Complaint } from '../complaint.js';
import { type Collection, type Document, DocumentStore } from '../document-store.js';
import { EventStore, type Position, type StoredEvent } from '../event-store.js';
import { LEASE_MS, LeaseLost, Leases } from '../leases/leases.js';
import { persistently } from '../pause.js';
import { EventsCommitted } from '../read-models/events-committed.js';
import { PROJECTIONS } from './all.js';
import { ParkedEvents } from './parked-events.js';
import type { Parked, Projection } from './projection.js';
import { Projector } from './projector.js';
import { ReadModels } from './read-models.js';

/** How often one that waits for documents that another Herald writes looks at them, in milliseconds. */
const LOOK_EVERY_MS = 20;

/** How long a wish that another Herald try an event again may take, in milliseconds: that one may just have been lost. */
const PATIENCE_MS = 2 * LEASE_MS;

const leaseOf = ({ name }: Pick<Projection<Document>, 'name'>): string => `projection:${name}`;

/**
 * One reader of the log feeds all live projections. Of several Heralds one writes a projection, the one that holds its lease;
 * the others see how far it is.
 */
@Injectable()
export class Projections {
  readonly #complaint = new Complaint(new Logger(Projections.name));
  readonly #projectors = new Map<string, Projector>();
  /** Names of the projections that are written here. */
  #written: ReadonlySet<string> = new Set();
  /** The leases that were held at the last look. */
  #leases: ReadonlyMap<string, number> = new Map();
  /** Names of the projections whose documents were made of another log. */
  readonly #restored = new Set<string>();
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #oneAtATime = new KeyedQueue();
  #position: Position | undefined;
  #running: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(
    private readonly log: EventStore,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly leases: Leases,
    private readonly parkedEvents: ParkedEvents,
    private readonly bus: EventBus,
  ) {}

  /**
   * Opens all whose live documents are of the version in the code, and begins to follow the log. The others answer
   * as they are until they are replaced.
   */
  async start(): Promise<void> {
    await this.readModels.open();
    await this.leases.open();
    await this.parkedEvents.open();
    this.#leases = await this.leases.keep(PROJECTIONS.map(leaseOf));
    this.#written = namesIn(this.#leases);
    for (const projection of PROJECTIONS) await this.#open(projection);
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
      const wasHeld = (name: string) =>
        this.#written.has(name) && this.#leases.get(leaseOf({ name })) === leases.get(leaseOf({ name }));
      // What is newly held and has documents is written here once these are read again.
      this.#written = new Set([...held].filter((name) => wasHeld(name) || !this.#projectors.has(name)));
      this.#leases = leases;
      for (const [name, projector] of this.#projectors)
        if (held.has(name)) await this.#hold(projector);
        else await this.#look(projector);
    });
    this.#wake();
  }

  /** The documents of a projection as the one who writes them may write them: with the lease at hand. */
  async openProjector(projection: Projection<Document>, collection: Collection): Promise<Projector> {
    const fence = () => this.leases.require(leaseOf(projection));
    const projector = new Projector(projection, this.documents, collection, 'live', fence);
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
    if (isCurrent) this.#projectors.set(name, await this.openProjector(projection, collection));
  }

  /** Where this Herald holds the lease of these documents: brings them up to date, and tries again what somebody wishes. */
  async #hold(projector: Projector): Promise<void> {
    const { name } = projector.projection;
    if (!this.#written.has(name)) {
      await projector.reread();
      this.#written = new Set([...this.#written, name]);
    }
    if (projector.parked && (await this.parkedEvents.isToBeRetried(projector.collection))) projector.unpark();
    await this.#fenced(projector, () => this.#catchUp(projector));
  }

  /** Where another Herald writes these documents: how far it is, and whether it stands still. */
  async #look(projector: Projector): Promise<void> {
    await projector.reread(await this.parkedEvents.of(projector.collection));
  }

  /** Does work that writes; when the lease is lost to another, its documents are what counts. */
  async #fenced(projector: Projector, work: () => Promise<void>): Promise<void> {
    const before = projector.parked;
    try {
      await work();
      const { parked, collection } = projector;
      if (parked && parked !== before) await this.parkedEvents.note(collection, parked);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      const { name } = projector.projection;
      this.#written = new Set([...this.#written].filter((one) => one !== name));
      await projector.reread();
    }
  }

  /** How far a live projection is; undefined while its documents are of an older version than the code. */
  projector(name: string): Projector | undefined {
    return this.#projectors.get(name);
  }

  /** Whether read models are being rebuilt because the log was restored (see `LogRestored`): what they answer is not to be acted on. */
  isRebuildingAfterRestore(): boolean {
    return this.#restored.size > 0;
  }

  /** Whether this Herald writes the documents of a projection; of several, one does. */
  isWriting(name: string): boolean {
    return this.#written.has(name);
  }

  /**
   * Puts documents in the place of those that are live: brought up to date first, and between two batches.
   * @param pointed called when they are up to date, before they follow the log.
   */
  async replace(projector: Projector, pointed: () => Promise<void>): Promise<void> {
    await this.#oneAtATime.run('log', async () => {
      // Where another writes it, that one brings the documents up to date as soon as it sees the swap.
      if (this.#written.has(projector.projection.name))
        await this.#fenced(projector, () => this.#catchUp(projector));
      await pointed();
      this.#projectors.set(projector.projection.name, projector);
    });
    this.#wake();
  }

  /** Tries a parked event again, and goes on behind it; where another Herald writes the documents, has that one do so. */
  async retry(name: string): Promise<void> {
    const projector = this.#projectors.get(name);
    if (!projector?.parked) return;
    if (!this.#written.has(name)) return this.#retryElsewhere(projector, projector.parked);
    await this.#oneAtATime.run('log', async () => {
      projector.unpark();
      await this.#fenced(projector, () => this.#catchUp(projector));
    });
    this.#wake();
  }

  async #retryElsewhere(projector: Projector, parked: Parked): Promise<void> {
    await this.parkedEvents.askForRetry(projector.collection, parked);
    const end = performance.now() + PATIENCE_MS;
    do await this.#lookLater(projector);
    while (
      projector.parked &&
      (await this.parkedEvents.isToBeRetried(projector.collection)) &&
      performance.now() < end
    );
  }

  async #lookLater(projector: Projector): Promise<void> {
    await wait(LOOK_EVERY_MS);
    await this.#oneAtATime.run('log', async () => {
      if (!this.#written.has(projector.projection.name)) await this.#look(projector);
    });
  }

  /**
   * Resolves when all that was in the log at the call is in the documents of this projection.
   * @param signal ends the waiting: the one who writes the documents may be gone.
   * @throws HeraldError `projections-stopped`, `projection-parked` when that will not be.
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

  async #caughtUp(name: string, signal: AbortSignal): Promise<void> {
    const head = await this.log.head();
    if (head === undefined) return;
    for (;;) {
      const projector = this.#projectors.get(name);
      if (projector?.parked) throw parkedError(name, projector.parked);
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
    const { signal } = this.#stopped;
    await this.#oneAtATime.run('log', async () => {
      for (const projector of this.#projectors.values()) await projector.reread();
      const positions = [...this.#projectors.values()].map(({ position }) => position ?? '');
      const least = positions.reduce((a, b) => (a < b ? a : b), positions[0] ?? '');
      this.#position = least === '' ? undefined : least;
    });
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
  async #goOn(projector: Projector, batch: readonly StoredEvent[]): Promise<void> {
    await this.#catchUp(projector);
    await projector.fold(batch);
  }

  /** Up to where the others are. */
  async #catchUp(projector: Projector): Promise<void> {
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

const parkedError = (name: string, { position, reason }: Parked): HeraldError =>
  new HeraldError(
    'projection-parked',
    `The projection ${name} cannot fold the event at ${position}: ${reason}. Mend it, then retry it or replay it.`,
  );

const stopped = (failure: unknown): HeraldError =>
  new HeraldError(
    'projections-stopped',
    failure === undefined
      ? 'Herald ends, and its read models no longer follow the log. Ask another, or this one once it runs again.'
      : `The read models do not follow the log, and Herald tries again by itself: ${messageOf(failure)}`,
  );
