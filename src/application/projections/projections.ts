import { Injectable } from '@nestjs/common';
import { HeraldError } from '../../domain/herald-error.js';
import { KeyedQueue } from '../aggregates/keyed-queue.js';
import { DocumentStore } from '../document-store.js';
import { EventStore, type Position } from '../event-store.js';
import { PROJECTIONS } from './all.js';
import type { Parked } from './projection.js';
import { Projector } from './projector.js';
import { ReadModels } from './read-models.js';

/** One reader of the log feeds all live projections. */
@Injectable()
export class Projections {
  readonly #projectors = new Map<string, Projector>();
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
  ) {}

  /**
   * Opens all whose live documents are of the version in the code, and begins to follow the log. The others answer
   * as they are until they are replaced.
   */
  async start(): Promise<void> {
    await this.readModels.open();
    for (const projection of PROJECTIONS) {
      if (this.readModels.of(projection).live.version !== projection.version) continue;
      const projector = new Projector(projection, this.documents, this.readModels.collection(projection));
      await projector.open();
      this.#projectors.set(projection.name, projector);
    }
    const positions = [...this.#projectors.values()].map(({ position }) => position ?? '');
    const least = positions.reduce((a, b) => (a < b ? a : b), positions[0] ?? '');
    this.#position = least === '' ? undefined : least;
    this.#running = this.#follow();
  }

  /** Ends after the batch that is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    this.#wake();
  }

  /** How far a live projection is; undefined while its documents are of an older version than the code. */
  projector(name: string): Projector | undefined {
    return this.#projectors.get(name);
  }

  /**
   * Puts documents in the place of those that are live: brought up to date first, and between two batches.
   * @param pointed called when they are up to date, before they follow the log.
   */
  async replace(projector: Projector, pointed: () => Promise<void>): Promise<void> {
    await this.#oneAtATime.run('log', async () => {
      await this.#catchUp(projector);
      await pointed();
      this.#projectors.set(projector.projection.name, projector);
    });
    this.#wake();
  }

  /** Tries a parked event again, and goes on behind it. Answers what it is parked at now, if anything. */
  async retry(name: string): Promise<Parked | undefined> {
    const projector = this.#projectors.get(name);
    if (!projector?.parked) return undefined;
    projector.unpark();
    await this.#oneAtATime.run('log', () => this.#catchUp(projector));
    this.#wake();
    return projector.parked;
  }

  /**
   * Resolves when all that was in the log at the call is in the documents of this projection.
   * @throws HeraldError `projections-stopped`, `projection-parked` when that will not be.
   */
  async caughtUp(name: string): Promise<void> {
    const head = await this.log.head();
    if (head === undefined) return;
    for (;;) {
      const projector = this.#projectors.get(name);
      if (projector?.parked) throw parkedError(name, projector.parked);
      if (projector && (projector.position ?? '') >= head) return;
      if (this.#failure !== undefined || this.#stopped.signal.aborted) throw stopped(this.#failure);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** @throws HeraldError `projections-stopped` when the read models do not follow the log any more. */
  requireFollowing(): void {
    if (this.#failure !== undefined) throw stopped(this.#failure);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopped;
    const after = this.#position === undefined ? {} : { after: this.#position };
    try {
      for await (const batch of this.log.subscribeToAll({ ...after, signal })) {
        await this.#oneAtATime.run('log', async () => {
          for (const projector of this.#projectors.values()) await projector.fold(batch);
          this.#position = batch.at(-1)?.position ?? this.#position;
        });
        this.#wake();
      }
    } catch (error) {
      this.#failure = error;
      this.#wake();
    }
  }

  /** Up to where the others are. */
  async #catchUp(projector: Projector): Promise<void> {
    const goal = this.#position ?? '';
    if ((projector.position ?? '') >= goal) return;
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

const parkedError = (name: string, { position, reason }: Parked): HeraldError =>
  new HeraldError(
    'projection-parked',
    `The projection ${name} cannot fold the event at ${position}: ${reason}. Mend it, then retry it or replay it.`,
  );

const stopped = (failure: unknown): HeraldError =>
  new HeraldError(
    'projections-stopped',
    `The read models no longer follow the log${failure instanceof Error ? `: ${failure.message}` : ''}. Restart Herald.`,
  );
