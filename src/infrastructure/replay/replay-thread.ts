import { Worker } from 'node:worker_threads';
import type { Collection } from '../../application/document-store.js';
import type { Position } from '../../application/event-store.js';
import type { BuildName } from '../../application/projections/read-models.js';
import type { Comparison } from '../../application/replay/compare.js';
import { type EngineReport, ReplayEngine } from '../../application/replay/replay-engine.js';
import { HeraldError } from '../../domain/herald-error.js';
import type { Config } from '../config/config.js';
import type { Call, Reply } from './protocol.js';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Documents of some 2 KB stay in memory by the ten thousand. Without a limit V8 lets garbage pile up to three times of
 * that; with a small young generation it copies what stays again and again.
 */
const MEMORY = { maxOldGenerationSizeMb: 600, maxYoungGenerationSizeMb: 96 };

const WORKER = new URL('./replay-worker.js', import.meta.url);

/** Replays in a thread of their own. It is started with the first of them. */
export class ReplayThread extends ReplayEngine {
  readonly #waiting = new Map<number, Waiting>();
  #listener: (report: EngineReport) => void = () => undefined;
  #worker: Worker | undefined;
  #calls = 0;

  constructor(private readonly config: Config) {
    super();
  }

  override listen(listener: (report: EngineReport) => void): void {
    this.#listener = listener;
  }

  override async start(name: BuildName, from?: Position): Promise<void> {
    await this.#call({ type: 'start', name, from });
  }

  override async stop(name: BuildName): Promise<void> {
    await this.#call({ type: 'stop', name });
  }

  override async compare(live: Collection, rebuilt: Collection, samples: number): Promise<Comparison> {
    return (await this.#call({ type: 'compare', live, rebuilt, samples })) as Comparison;
  }

  override async close(): Promise<void> {
    if (!this.#worker) return;
    await this.#call({ type: 'close' });
    await this.#worker.terminate();
    this.#worker = undefined;
  }

  #call(call: Call): Promise<unknown> {
    const worker = this.#started();
    this.#calls += 1;
    const number = this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      worker.postMessage({ number, call });
    });
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(WORKER, { workerData: this.config, resourceLimits: MEMORY });
    worker.on('message', (reply: Reply) => this.#heard(reply));
    worker.on('error', (error) => this.#lost(error));
    this.#worker = worker;
    return worker;
  }

  #heard(reply: Reply): void {
    if (reply.type === 'report') {
      this.#listener(reply.report);
      return;
    }
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if (reply.type === 'answer') waiting?.resolve(reply.value);
    else waiting?.reject(new HeraldError(reply.code, reply.message));
  }

  /** A thread that failed takes its calls with it; the builds are where their checkpoints say. */
  #lost(error: Error): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
