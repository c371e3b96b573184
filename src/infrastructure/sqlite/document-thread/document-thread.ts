import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { CalledThread } from '../../threads/called-thread.js';
import { SHORT_LIVED } from '../../threads/short-lived.js';
import { ThreadLost } from '../../threads/thread-lost.js';
import type { SqlStatement } from '../conditions.js';
import { unavailable } from '../failures.js';
import type { StatementRunner } from '../statements.js';
import type { Call } from './protocol.js';

const WORKER = new URL('./document-worker.js', import.meta.url);

/** Whether Herald was built: the thread's file exists only there. */
export const hasDocumentThread = (): boolean => existsSync(WORKER);

/** Writes read models in a thread of its own. */
export class DocumentThread {
  readonly #thread = new CalledThread<Call>({
    start: () => new Worker(WORKER, { resourceLimits: SHORT_LIVED }),
  });

  /** What writes to one file. Close it before the file is removed: nothing is written to it afterwards. */
  of(file: string): StatementRunner {
    let isClosed = false;
    return {
      run: async (statements) => {
        if (isClosed) throw unavailable(file, new Error('it was closed'));
        await this.#run(file, statements);
      },
      forget: () => undefined,
      close: async () => {
        isClosed = true;
        await this.#leave(file);
      },
    };
  }

  /** Call it after the last write. */
  close(): Promise<void> {
    return this.#thread.end({ type: 'close' });
  }

  async #run(file: string, statements: readonly SqlStatement[]): Promise<void> {
    try {
      await this.#thread.call({ type: 'run', file, statements });
    } catch (error) {
      // It leaves the file as it was before or after.
      throw error instanceof ThreadLost ? unavailable(file, error) : error;
    }
  }

  async #leave(file: string): Promise<void> {
    // A thread that is not running, or is lost, has no connections.
    if (this.#thread.worker) await this.#thread.call({ type: 'leave', file }).catch(() => undefined);
  }
}
