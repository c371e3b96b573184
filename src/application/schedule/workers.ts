import { Injectable } from '@nestjs/common';
import { DecisionWorker } from '../decisions/decision-worker.js';
import { DeliveryWorkers } from '../delivery/delivery-workers.js';
import { agenda } from '../read-models/agenda/agenda.js';
import { Projections } from '../read-models/engine/projections.js';

/** All workers: settles everything that is due now, and shuts them down. */
@Injectable()
export class Workers {
  readonly #closed = new AbortController();

  constructor(
    private readonly projections: Projections,
    private readonly decisions: DecisionWorker,
    private readonly deliveries: DeliveryWorkers,
  ) {}

  /** Whether they were closed; due work may remain. */
  get isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  /**
   * Resolves when nothing is due any more at the current moment.
   * @throws HeraldError `projections-stopped` if the agenda does not follow the log.
   */
  async settle(): Promise<void> {
    const { signal } = this.#closed;
    for (let isBusy = true; isBusy && !signal.aborted; ) {
      await this.projections.caughtUpUnlessAborted(agenda.name, signal);
      const [hasDecided, hasSent] = await Promise.all([this.decisions.settle(), this.deliveries.settle()]);
      isBusy = hasDecided || hasSent;
    }
  }

  /** Starts nothing further, and resolves when the work in progress is recorded. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all([this.decisions.close(), this.deliveries.close()]);
  }
}
