import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/**
 * The file of a log as it was when it was opened. An open connection keeps its file even if another one is moved to the path, and
 * what it writes is gone with the process.
 */
export class OpenedFile {
  readonly #file: string;
  readonly #opened: string | undefined;

  /** Call it right after the file was opened. */
  constructor(file: string) {
    this.#file = file;
    this.#opened = identityOf(file);
  }

  /** @throws HeraldError `log-replaced` when the path names another file now, or none. */
  requireInPlace(): void {
    if (identityOf(this.#file) === this.#opened) return;
    throw new HeraldError(
      'log-replaced',
      `The log ${resolve(this.#file)} was replaced or removed while this instance runs, so it records nothing any more: put the right file in place and restart the instance. Next time, stop Herald before you restore its log.`,
    );
  }
}

/** Tells one file from another, whatever they are called; undefined when there is none. */
const identityOf = (file: string): string | undefined => {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
};
