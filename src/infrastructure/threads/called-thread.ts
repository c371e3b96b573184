import type { Worker } from 'node:worker_threads';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { Numbered, Reply } from './messages.js';
import { ThreadLost } from './thread-lost.js';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface CalledThreadOptions<Notice> {
  /** Starts the thread. It answers with `answerCalls`. */
  readonly start: () => Worker;
  /** What the thread tells by itself. */
  readonly heard?: (notice: Notice) => void;
  /** Called after a crash, when all its calls were rejected with `error`. The next call starts another thread. */
  readonly lost?: (error: ThreadLost) => void;
}

/** A thread that answers calls. It is started with the first call, and again with the first one after a crash. */
export class CalledThread<Call, Notice = never> {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #calls = 0;
  #hasEnded = false;

  constructor(private readonly options: CalledThreadOptions<Notice>) {}

  /** The thread that runs now, if any: another one after a crash. */
  get worker(): Worker | undefined {
    return this.#worker;
  }

  /**
   * @returns what the thread answers.
   * @throws HeraldError what the thread refused; Error what it failed with; ThreadLost if it was lost before it had answered, or has
   * ended.
   */
  async call(call: Call): Promise<unknown> {
    if (this.#hasEnded) throw new ThreadLost('The thread has ended.');
    return this.#post(call);
  }

  #post(call: Call): Promise<unknown> {
    this.#worker ??= this.#started();
    const worker = this.#worker;
    this.#calls += 1;
    const message: Numbered<Call> = { number: this.#calls, call };
    return new Promise((resolve, reject) => {
      this.#waiting.set(message.number, { resolve, reject });
      worker.postMessage(message);
    });
  }

  /** Gives the thread that runs now something that needs no answer, also while it ends. */
  tell(call: Call): void {
    const message: Numbered<Call> = { number: 0, call };
    this.#worker?.postMessage(message);
  }

  /** Makes the last call and ends the thread, if there is one. */
  async end(last: Call): Promise<void> {
    this.#hasEnded = true;
    const worker = this.#worker;
    if (!worker) return;
    // A thread that has crashed has nothing to end.
    await this.#post(last).catch(() => undefined);
    // Not before it has answered: a thread that is terminated within SQLite aborts the process.
    await worker.terminate();
  }

  #started(): Worker {
    const worker = this.options.start();
    worker.on('message', (reply: Reply<Notice>) => this.#onReply(reply));
    let failure = new ThreadLost('The thread has stopped.');
    worker.on('error', (error: Error) => {
      failure = new ThreadLost(error.message, { cause: error });
    });
    worker.on('exit', () => this.#onExit(failure));
    return worker;
  }

  #onReply(reply: Reply<Notice>): void {
    if (reply.type === 'notice') {
      this.options.heard?.(reply.notice);
      return;
    }
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if (reply.type === 'answer') waiting?.resolve(reply.value);
    else waiting?.reject(reply.code ? new HeraldError(reply.code, reply.message) : new Error(reply.message));
  }

  #onExit(error: ThreadLost): void {
    this.#worker = undefined;
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of lost) reject(error);
    this.options.lost?.(error);
  }
}
