import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** The device and the number of a file; undefined if there is none. */
export type FileIdentity = string | undefined;

/**
 * The identity of a log file when it was opened. An open connection keeps its file even if another one is moved to the path,
 * and its writes would be lost with the process.
 */
export class OpenedFile {
  readonly #file: string;
  /** Of the file that was opened. */
  readonly identity: FileIdentity;

  /**
   * Call it directly after the file was opened.
   * @param identity of the file that another connection has opened. Default: that of the file which is there now.
   */
  constructor(file: string, identity: FileIdentity = identityOf(file)) {
    this.#file = file;
    this.identity = identity;
  }

  /** @throws HeraldError `log-replaced` when the path now leads to another file, or to none. */
  requireInPlace(): void {
    if (identityOf(this.#file) === this.identity) return;
    throw new HeraldError(
      'log-replaced',
      `The log ${resolve(this.#file)} was replaced or removed while this instance was running, so nothing is recorded. Restore the right file and restart the instance. Next time, stop Herald before you restore its log.`,
    );
  }
}

/** The identity of a file, independent of its name. */
const identityOf = (file: string): FileIdentity => {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev}:${stat.ino}`;
};
