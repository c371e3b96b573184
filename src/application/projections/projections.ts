import { Injectable } from '@nestjs/common';
import { HeraldError } from '../../domain/herald-error.js';
import { type Document, DocumentStore } from '../document-store.js';
import { EventStore, type Position } from '../event-store.js';
import { agenda } from './agenda.js';
import { approvalQueues } from './approval-queues.js';
import { history } from './history.js';
import { people } from './people.js';
import type { Projection } from './projection.js';
import { Projector } from './projector.js';
import { socialAccounts } from './social-accounts.js';

/** All read models of Herald. */
export const PROJECTIONS = [
  agenda,
  history,
  socialAccounts,
  approvalQueues,
  people,
] as unknown as readonly Projection<Document>[];

/** One reader of the log feeds all projections. */
@Injectable()
export class Projections {
  readonly #projectors: readonly Projector[];
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<() => void>();
  #position: Position | undefined;
  #running: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(
    private readonly log: EventStore,
    documents: DocumentStore,
  ) {
    this.#projectors = PROJECTIONS.map((projection) => new Projector(projection, documents));
  }

  /** Opens all and begins to follow the log. */
  async start(): Promise<void> {
    await Promise.all(this.#projectors.map((projector) => projector.open()));
    const positions = this.#projectors.map(({ position }) => position ?? '');
    const least = positions.reduce((a, b) => (a < b ? a : b));
    this.#position = least === '' ? undefined : least;
    this.#running = this.#follow();
  }

  /** Ends after the batch that is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    this.#wake();
  }

  /** Which projections stand still before an event that they cannot fold. */
  get parked(): ReadonlyMap<string, NonNullable<Projector['parked']>> {
    return new Map(
      this.#projectors.flatMap(({ projection, parked }) => (parked ? [[projection.name, parked]] : [])),
    );
  }

  /**
   * Resolves when all that was in the log at the call is in the documents.
   * @throws HeraldError `projections-stopped`, `projection-parked` when that will not be.
   */
  async caughtUp(): Promise<void> {
    const head = await this.log.head();
    if (head === undefined) return;
    while ((this.#position ?? '') < head) {
      if (this.#failure !== undefined || this.#stopped.signal.aborted) throw stopped(this.#failure);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    for (const [name, { position, reason }] of this.parked)
      throw new HeraldError(
        'projection-parked',
        `The projection ${name} cannot fold the event at ${position}: ${reason}. Mend it, then replay it.`,
      );
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopped;
    const after = this.#position === undefined ? {} : { after: this.#position };
    try {
      for await (const batch of this.log.subscribeToAll({ ...after, signal })) {
        for (const projector of this.#projectors) await projector.fold(batch);
        this.#position = batch.at(-1)?.position ?? this.#position;
        this.#wake();
      }
    } catch (error) {
      this.#failure = error;
      this.#wake();
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

const stopped = (failure: unknown): HeraldError =>
  new HeraldError(
    'projections-stopped',
    `The read models no longer follow the log${failure instanceof Error ? `: ${failure.message}` : ''}. Restart Herald.`,
  );
