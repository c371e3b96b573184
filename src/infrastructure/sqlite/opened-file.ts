import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/**
 * The identity of a log file when it was opened. An open connection keeps its file even if another one is moved to the path,
 * and its writes would be lost with the process.
 */
export class OpenedFile {
  readonly #file: string;
  readonly #opened: string | undefined;

  /** Call it directly after the file was opened. */
  constructor(file: string) {
    this.#file = file;
    this.#opened = identityOf(file);
  }

  /** @throws HeraldError `log-replaced` when the path now leads to another file, or to none. */
  requireInPlace(): void {
    if (identityOf(this.#file) === this.#opened) return;
    throw new HeraldError(
      'log-replaced',
      `The log ${resolve(this.#file)} was replaced or removed while this instance was running, so nothing is recorded. Restore the right file and restart the instance. Next time, stop Herald before you restore its log.`,
    );
  }
}

/** The identity of a file, independent of its name; undefined if there is none. */
const identityOf = (file: string): string | undefined => {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
};
