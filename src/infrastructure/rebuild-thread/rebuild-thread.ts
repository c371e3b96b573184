import { Worker } from 'node:worker_threads';
import { pauseAfterDrop } from '../../application/concurrency/back-off.js';
import type { Collection } from '../../application/ports/document-store.js';
import type { Position } from '../../application/ports/event-store.js';
import { type BuildName, nameOf } from '../../application/read-models/engine/read-models.js';
import type { Progress } from '../../application/read-models/rebuild/build.js';
import type { Comparison } from '../../application/read-models/rebuild/compare.js';
import { type EngineReport, RebuildEngine } from '../../application/read-models/rebuild/rebuild-engine.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { Config } from '../config/config.js';
import { CalledThread } from '../threads/called-thread.js';
import type { Call } from './protocol.js';

/**
 * Tens of thousands of documents of about 2 KB stay in memory. Without a limit V8 lets garbage grow to three times that; with
 * half of this limit it spends half of the time collecting. Measured on a log of a million events.
 */
const MEMORY = { maxOldGenerationSizeMb: 300, maxYoungGenerationSizeMb: 64 };

const WORKER = new URL('./rebuild-worker.js', import.meta.url);

interface Started {
  readonly name: BuildName;
  readonly from: Position | undefined;
  progress: Progress;
}

/** Rebuilds in a separate thread. It is started with the first rebuild, and again after a crash. */
export class RebuildThread extends RebuildEngine {
  /** The active rebuilds, by id. */
  readonly #builds = new Map<string, Started>();
  readonly #closed = new AbortController();
  readonly #thread: CalledThread<Call, EngineReport>;
  #listener: (report: EngineReport) => void = () => undefined;
  /** How often the thread has crashed since its last message. */
  #losses = 0;

  constructor(config: Config) {
    super();
    this.#thread = new CalledThread({
      start: () => new Worker(WORKER, { workerData: config, resourceLimits: MEMORY }),
      heard: (report) => this.#onReport(report),
      lost: (error) => this.#lost(error),
    });
  }

  override listen(listener: (report: EngineReport) => void): void {
    this.#listener = listener;
  }

  override async start(name: BuildName, from?: Position): Promise<void> {
    const id = nameOf(name);
    // Registered before the call: a failure may be reported before the call is answered.
    this.#builds.set(id, { name, from, progress: { done: 0, share: 0, rate: 0 } });
    try {
      await this.#call({ type: 'start', name, from });
    } catch (error) {
      this.#builds.delete(id);
      throw error;
    }
  }

  override async stop(name: BuildName): Promise<void> {
    await this.#call({ type: 'stop', name });
    this.#builds.delete(nameOf(name));
  }

  override async compare(live: Collection, rebuilt: Collection, samples: number): Promise<Comparison> {
    return (await this.#call({ type: 'compare', live, rebuilt, samples })) as Comparison;
  }

  override async close(): Promise<void> {
    this.#closed.abort();
    await this.#thread.end({ type: 'close' });
  }

  async #call(call: Call): Promise<unknown> {
    if (!this.#thread.worker && this.#closed.signal.aborted)
      throw new HeraldError('replays-closed', 'Herald is shutting down.');
    return this.#thread.call(call);
  }

  #onReport(report: EngineReport): void {
    this.#losses = 0;
    const build = this.#builds.get(report.id);
    if (build) build.progress = report.progress;
    if (report.status === 'failed') this.#builds.delete(report.id);
    this.#listener(report);
  }

  /** The builds of a crashed thread continue in a new one from their checkpoints. */
  #lost(error: Error): void {
    if (this.#closed.signal.aborted) return;
    for (const [id, { progress }] of this.#builds)
      this.#listener({ id, status: 'building', progress, interruption: error.message });
    void this.#goOn([...this.#builds.values()]);
  }

  async #goOn(builds: readonly Started[]): Promise<void> {
    await pauseAfterDrop(this.#losses, this.#closed.signal);
    this.#losses += 1;
    if (this.#closed.signal.aborted) return;
    // Not those that were stopped or restarted in the meantime.
    const left = builds.filter((build) => this.#builds.get(nameOf(build.name)) === build);
    const calls = left.map(({ name, from }) => this.#call({ type: 'start', name, from }));
    const { worker } = this.#thread;
    const ends = await Promise.allSettled(calls);
    const refused = left.filter((_, n) => ends[n]?.status === 'rejected');
    // If the new thread crashes as well, all are started again.
    if (refused.length > 0 && this.#thread.worker === worker) await this.#goOn(refused);
  }
}
