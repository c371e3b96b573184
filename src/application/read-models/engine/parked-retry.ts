import { Logger } from '@nestjs/common';
import { KeyedMutex } from '../../concurrency/keyed-mutex.js';
import { LogOnce } from '../../concurrency/log-once.js';
import { LEASE_MS } from '../../leases/leases.js';
import { type Document, DocumentsRefused } from '../../ports/document-store.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import { type ParkedDocuments, WHOLE_BUILD } from '../parking/parked-documents.js';
import type { LiveProjector } from './live-projector.js';
import { Refold } from './refold.js';

/** How long a request to another instance to retry documents may take, in milliseconds: that instance may just have been lost. */
const PATIENCE_MS = 2 * LEASE_MS;

/** The projection whose parked documents are retried. */
export interface RetriedProjection {
  /** The live documents; undefined while there are none of this version. */
  readonly projector: LiveProjector | undefined;
  /** Whether this instance writes them. */
  readonly isWritten: boolean;
  /** Runs work between two batches. */
  betweenBatches<T>(work: () => Promise<T>): Promise<T>;
  /** Runs work that writes; if the lease was lost, the documents of the new holder count. */
  fenced(projector: LiveProjector, work: () => Promise<void>): Promise<void>;
  /** Folds everything from the log up to the feed. */
  catchUp(projector: LiveProjector): Promise<void>;
  /** If another instance writes the documents: checks their position after a moment. */
  lookLater(projector: LiveProjector): Promise<void>;
}

/** Retries the parked documents of one projection. */
export class ParkedRetry {
  readonly #log = new Logger(ParkedRetry.name);
  readonly #logOnce = new LogOnce(this.#log);
  readonly #oneAtATime = new KeyedMutex();
  #isUnderWay = false;

  constructor(
    private readonly retried: RetriedProjection,
    private readonly log: EventStore,
    private readonly parkedDocuments: ParkedDocuments,
  ) {}

  /** Retries parked documents; if another instance writes them, asks that one. Default: all. */
  async retry(ids?: readonly string[]): Promise<void> {
    const { projector, isWritten } = this.retried;
    if (!projector) return;
    const all = ids ?? projector.parking.all.map(({ documentId }) => documentId);
    if (all.length === 0) return;
    if (isWritten) await this.#retryHere(projector, all);
    else await this.#retryElsewhere(projector, all);
  }

  /** Starts the retries requested by other instances, without waiting: they may take long. */
  async retryRequested(projector: LiveProjector): Promise<void> {
    const ids = await this.parkedDocuments.requested(projector.collection.name);
    if (ids.length > 0 && !this.#isUnderWay)
      void this.#retryHere(projector, ids).catch((error) => this.#logOnce.about(error));
  }

  /** One after the other, while batches of the log are folded. */
  async #retryHere(projector: LiveProjector, asked: readonly string[]): Promise<void> {
    const { retried } = this;
    const build = projector.collection.name;
    await this.#oneAtATime
      .run('retry', async () => {
        this.#isUnderWay = true;
        const { parking } = projector;
        // Beginning with what is stored: nothing may wait to be written.
        await retried.betweenBatches(async () => undefined);
        await parking.loadSkips();
        const ids = parking.withDependents(asked);
        const refold = ids.length > 0 ? new Refold(this.log, projector, parking, ids) : undefined;
        await refold?.advance(projector.position ?? '');
        await retried.betweenBatches(async () => {
          if (!retried.isWritten || retried.projector !== projector) return;
          await retried.fenced(projector, async () => {
            await projector.recover();
            await refold?.advance(projector.position ?? '');
            if (refold) await this.#settle(projector, refold);
            if (asked.includes(WHOLE_BUILD)) {
              await parking.unpark([WHOLE_BUILD]);
              projector.unpark();
            }
            await this.parkedDocuments.settle(build, asked);
            await retried.catchUp(projector);
          });
        });
      })
      .finally(() => {
        this.#isUnderWay = false;
      });
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
    if (done.length > 0)
      this.#log.warn(`${projection.name}: ${done.length} parked documents were recovered.`);
  }

  /** @returns the reasons of refused documents, by id. */
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
    const { retried } = this;
    const build = projector.collection.name;
    await this.parkedDocuments.request(build, ids);
    const end = performance.now() + PATIENCE_MS;
    do await retried.lookLater(projector);
    while ((await this.#isRequested(build, ids)) && performance.now() < end);
    await retried.betweenBatches(async () => {
      if (!retried.isWritten) await projector.reread();
    });
  }

  async #isRequested(build: string, ids: readonly string[]): Promise<boolean> {
    const requested = await this.parkedDocuments.requested(build);
    return requested.some((id) => ids.includes(id));
  }
}
