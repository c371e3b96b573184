import { Injectable } from '@nestjs/common';
import { hasCode } from '../../domain/kernel/herald-error.js';
import { pauseAfterDrop } from '../concurrency/back-off.js';
import { DecisionWorker } from '../decisions/decision-worker.js';
import { DeliveryWorkers } from '../delivery/delivery-workers.js';
import { Clock } from '../ports/clock.js';
import { agenda } from '../read-models/agenda/agenda.js';
import { Projections } from '../read-models/engine/projections.js';

/** How long an agenda that fails is waited for, in milliseconds: another instance takes it over within that time, and a lock passes. */
const MAX_FAILING_MS = 30_000;

/** All workers: settles everything that is due now, and shuts them down. */
@Injectable()
export class Workers {
  readonly #closed = new AbortController();

  constructor(
    private readonly projections: Projections,
    private readonly decisions: DecisionWorker,
    private readonly deliveries: DeliveryWorkers,
    private readonly clock: Clock,
  ) {}

  /** Whether they were closed; due work may remain. */
  get isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  /**
   * Resolves when nothing is due any more at the current moment.
   * @throws HeraldError `projections-stopped` if the agenda has not followed the log for 30 seconds.
   */
  async settle(): Promise<void> {
    const { signal } = this.#closed;
    for (let isBusy = true; isBusy && !signal.aborted; ) {
      // What was in progress already counts, too: what follows from it may not be in the agenda yet.
      const before = this.#processed;
      await this.#agendaIsCurrent(signal);
      await Promise.all([this.decisions.settle(), this.deliveries.settle()]);
      isBusy = this.#processed > before;
    }
  }

  get #processed(): number {
    return this.decisions.processed + this.deliveries.processed;
  }

  /** Starts nothing further, and resolves when the work in progress is recorded. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all([this.decisions.close(), this.deliveries.close()]);
  }

  async #agendaIsCurrent(signal: AbortSignal): Promise<void> {
    const since = this.clock.monotonicMs();
    for (let failures = 0; ; failures += 1)
      try {
        await this.projections.caughtUpUnlessAborted(agenda.name, signal);
        return;
      } catch (error) {
        const isOver = this.clock.monotonicMs() - since >= MAX_FAILING_MS;
        if (isOver || !hasCode(error, 'projections-stopped')) throw error;
        await pauseAfterDrop(failures, signal);
      }
  }
}
