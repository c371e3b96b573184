import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type AppendResult, WrongExpectedRevision } from '../../../application/ports/event-store.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { CalledThread } from '../../threads/called-thread.js';
import { SHORT_LIVED } from '../../threads/short-lived.js';
import type { Append, LogCommitter } from '../log-committer.js';
import { unavailable } from '../log-file.js';
import type { OpenedFile } from '../opened-file.js';
import type { Call, Committed, LogFile } from './protocol.js';

const WORKER = new URL('./log-worker.js', import.meta.url);

/** Whether Herald was built: the thread's file exists only there. */
export const hasLogThread = (): boolean => existsSync(WORKER);

/** Stores appends in a thread of its own, so that the main thread does not wait for the disk. */
export class LogThread implements LogCommitter {
  readonly #thread: CalledThread<Call>;

  constructor(
    private readonly file: string,
    opened: OpenedFile,
  ) {
    const workerData: LogFile = { file, identity: opened.identity };
    this.#thread = new CalledThread({
      start: () => new Worker(WORKER, { workerData, resourceLimits: SHORT_LIVED }),
    });
  }

  async commit(appends: readonly Append[]): Promise<readonly (AppendResult | HeraldError)[]> {
    try {
      const committed = (await this.#thread.call({ type: 'commit', appends })) as readonly Committed[];
      return appends.map((append, n) => resultOf(append, committed[n]));
    } catch (error) {
      // A thread that is lost may have stored them: a repetition with the same ids finds out.
      throw error instanceof HeraldError ? error : unavailable(this.file, error);
    }
  }

  close(): Promise<void> {
    return this.#thread.end({ type: 'close' });
  }
}

const resultOf = (
  { stream, expected }: Append,
  committed: Committed | undefined,
): AppendResult | HeraldError => {
  if (committed === undefined) throw new Error('The thread has not answered for each append.');
  return 'actual' in committed ? new WrongExpectedRevision(stream, expected, committed.actual) : committed;
};
