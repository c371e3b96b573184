import { writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { SystemClock } from '../clock/system-clock.js';

/** How long one line waits for the reader of a full pipe, in milliseconds; nothing else is done meanwhile. */
const MAX_WAIT_MS = 100;
const WAIT_MS = 10;

/** Writes to a file descriptor, and returns how many bytes it took. */
type WriteBytes = (bytes: Buffer) => number;

/**
 * Writes the lines of the log to standard output, each before the next thing is done: what is logged right before the process ends would be
 * lost otherwise. A line that cannot be written (a full disk, a closed pipe) is lost, and nothing fails because of it. The next line
 * that can be written comes after one that says how many were lost.
 */
export class LogOutput implements DestinationStream {
  readonly #write: WriteBytes;
  readonly #clock = new SystemClock();
  /** What is left of a line that was written in part. */
  #rest: Buffer = Buffer.alloc(0);
  #lost = 0;
  #why = '';

  /** @param write default: to standard output. */
  constructor(write: WriteBytes = (bytes) => writeSync(STANDARD_OUTPUT, bytes)) {
    this.#write = write;
  }

  /** Writes one line, or counts it as lost. Never throws. */
  write(line: string): void {
    if (!this.#putRest() || !this.#putNote() || !this.#put(Buffer.from(line))) this.#lost += 1;
  }

  #putRest(): boolean {
    if (this.#rest.length > 0) this.#rest = this.#leftOf(this.#rest);
    return this.#rest.length === 0;
  }

  /** Says how many lines were lost. @returns whether the next line may follow. */
  #putNote(): boolean {
    if (this.#lost === 0) return true;
    const lines = this.#lost === 1 ? '1 line' : `${this.#lost} lines`;
    const note = {
      ...{ level: 'error', time: this.#clock.now(), name: 'herald', context: 'LogOutput', lost: this.#lost },
      msg: `${lines} of this log could not be written (${this.#why}). Check the disk that holds the log, and the program that reads it.`,
    };
    if (!this.#put(Buffer.from(`${JSON.stringify(note)}\n`))) return false;
    this.#lost = 0;
    return this.#rest.length === 0;
  }

  /** @returns false if no byte was written; the rest of a line that was begun is kept. */
  #put(bytes: Buffer): boolean {
    const left = this.#leftOf(bytes);
    if (left.length === bytes.length) return false;
    this.#rest = left;
    return true;
  }

  /** Writes as much as possible. @returns the bytes that could not be written. */
  #leftOf(bytes: Buffer): Buffer {
    let left = bytes;
    // A reader that did not keep up before is not waited for again.
    for (let waited = this.#lost > 0 || this.#rest.length > 0 ? MAX_WAIT_MS : 0; left.length > 0; )
      try {
        const written = this.#write(left);
        if (written === 0) break;
        left = left.subarray(written);
      } catch (error) {
        this.#why = codeOf(error);
        if (!isFullPipe(error) || waited >= MAX_WAIT_MS) break;
        sleep(WAIT_MS);
        waited += WAIT_MS;
      }
    return left;
  }
}

const STANDARD_OUTPUT = 1;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

const isFullPipe = (error: unknown): boolean => ['EAGAIN', 'EBUSY'].includes(codeOf(error));

const sleep = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
};
