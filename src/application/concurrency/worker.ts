import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import { Failures } from '../health/failures.js';
import type { HealthSource, PartHealth } from '../health/health.js';
import { LogOnce } from './log-once.js';
import type { LoopActivity, WorkerLoop, WorkerLoopOptions, WorkItem } from './worker-loop.js';

/** A worker on what is due: how it is woken and closed, and how it reports what fails. */
export abstract class Worker<Item extends WorkItem> implements HealthSource {
  protected abstract readonly loop: WorkerLoop<Item>;
  readonly #failures: Failures;
  /** By number: one query may work while another fails. */
  readonly #queries: LogOnce[] = [];
  readonly #log: Logger;
  readonly #closed = new AbortController();

  /**
   * @param part the name of the worker in the health report.
   * @param failing what the health report says of the items that fail, behind their number.
   */
  constructor(
    private readonly part: string,
    private readonly failing: string,
  ) {
    this.#log = new Logger(new.target.name);
    this.#failures = new Failures(this.#log);
    setMaxListeners(0, this.#closed.signal); // every look that waits for the agenda listens
  }

  /** Aborted once the worker closes. */
  protected get closing(): AbortSignal {
    return this.#closed.signal;
  }

  /** For the loop: failures of items and of queries go to the log and to the health report. */
  protected get reports(): Pick<WorkerLoopOptions<Item>, 'onResult' | 'onQuery'> {
    return {
      onResult: ({ id }, error) => this.#failures.note(id, error),
      onQuery: (error, queue) => this.#noteQuery(error, queue),
    };
  }

  #noteQuery(error: unknown, queue: number): void {
    this.#queries[queue] ??= new LogOnce(this.#log);
    if (error === undefined) this.#queries[queue].over();
    else this.#queries[queue].about(error);
  }

  /** Looks for what is due. Returns at once. */
  wake(): void {
    this.loop.wake();
  }

  /** How many items it has processed so far, each time that one was. */
  get processed(): number {
    return this.loop.processed;
  }

  /** What it does at the moment. */
  get activity(): LoopActivity {
    return this.loop.activity;
  }

  /** Resolves when nothing is under way and nothing more is due. */
  settle(): Promise<void> {
    return this.loop.settle();
  }

  /** Begins nothing further, and resolves when what is under way is recorded. */
  close(): Promise<void> {
    this.#closed.abort();
    return this.loop.close();
  }

  health(): readonly PartHealth[] {
    return [this.#failures.health(this.part, this.failing)];
  }
}
