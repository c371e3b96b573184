import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { hasCode } from '../../domain/kernel/herald-error.js';
import { LogOnce } from '../concurrency/log-once.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { DocumentStore } from '../ports/document-store.js';
import { EventStore } from '../ports/event-store.js';
import { Metrics } from '../ports/metrics.js';
import { ReadModels } from '../read-models/engine/read-models.js';
import { history } from '../read-models/history/history.js';

/** How often each store is probed, in milliseconds. */
const ASK_EVERY_MS = 2_000;

/** How long a store may take to answer before it counts as unavailable, in milliseconds. */
const ANSWER_WITHIN_MS = 4_000;

/** Probes the stores in the background, so that a health request waits for none of them. */
@Injectable()
export class StoreProbe implements HealthSource {
  readonly #probes: readonly Probe[];

  constructor(
    log: EventStore,
    documents: DocumentStore,
    readModels: ReadModels,
    health: Health,
    metrics: Metrics,
  ) {
    this.#probes = [
      new Probe('event-store', 'The event store', () => log.head()),
      new Probe('read-model-store', 'The store of the read models', () =>
        documents.checkpoint(readModels.collection(history)),
      ),
    ];
    health.register(this);
    metrics.measure('herald_store_up', () =>
      this.#probes.map(({ part, isUp }) => ({ labels: { store: part }, value: isUp ? 1 : 0 })),
    );
  }

  health(): readonly PartHealth[] {
    return this.#probes.map((probe) => probe.health());
  }

  @Interval(ASK_EVERY_MS)
  ask(): void {
    for (const probe of this.#probes) probe.ask();
  }
}

/** Probes one store, one question at a time. */
class Probe {
  readonly #logOnce: LogOnce;
  #askedAt: number | undefined;
  /** The error of the last answer, if it was one. */
  #error: unknown;

  constructor(
    readonly part: string,
    private readonly name: string,
    private readonly question: () => Promise<unknown>,
  ) {
    this.#logOnce = new LogOnce(new Logger(`Probe of ${part}`));
  }

  get isUp(): boolean {
    return this.#error === undefined && !this.#isSilent;
  }

  /** Probes the store, unless an answer is still outstanding. */
  ask(): void {
    if (this.#isSilent) this.#logOnce.about(new Error(`${this.name} has not answered for seconds.`));
    if (this.#askedAt !== undefined) return;
    this.#askedAt = performance.now();
    void this.#answer();
  }

  health(): PartHealth {
    if (this.isUp) return { part: this.part, status: 'ok' };
    return {
      part: this.part,
      status: 'down',
      says: hasCode(this.#error, 'log-replaced')
        ? 'The file of the log was replaced or removed while this instance was running, so nothing is recorded. Restore the right file and restart the instance.'
        : `${this.name} does not answer. Check that it is running and reachable; see the log of this instance. Herald resumes automatically once it answers.`,
    };
  }

  get #isSilent(): boolean {
    return this.#askedAt !== undefined && performance.now() - this.#askedAt > ANSWER_WITHIN_MS;
  }

  async #answer(): Promise<void> {
    try {
      await this.question();
      this.#error = undefined;
      this.#logOnce.over();
    } catch (error) {
      this.#error = error;
      this.#logOnce.about(error);
    } finally {
      this.#askedAt = undefined;
    }
  }
}
