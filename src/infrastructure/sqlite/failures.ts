import { resolve } from 'node:path';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Whether another connection is writing: the same statement may succeed later. */
export const isLocked = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));

/** Whether the file is no database, or a damaged one: a retry does not help. */
export const isDamaged = (error: unknown): boolean => /^SQLITE_(NOTADB|CORRUPT)/.test(codeOf(error));

/** Whether the file does not answer, whatever it is asked: locked, damaged, read-only, a full disk. */
const isFailureOfFile = (error: unknown): boolean =>
  isLocked(error) ||
  isDamaged(error) ||
  /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|AUTH|PROTOCOL|NOMEM|NOLFS)/.test(codeOf(error));

/**
 * A failure of a read-model file as an error that says what to do; `cause` is the original. An error that is not about the file
 * stays unchanged.
 */
export function documentFailure(file: string, error: unknown): unknown {
  if (!isFailureOfFile(error)) return error;
  return unavailable(file, error);
}

/** @returns HeraldError `document-store-unavailable` for a file where the folder of the read models should be. */
export const noFolder = (path: string): HeraldError =>
  new HeraldError(
    'document-store-unavailable',
    `${resolve(path)} is no folder, but HERALD_READ_MODELS has to name one. Move it away, or name another folder.`,
    'HERALD_READ_MODELS',
  );

/** @returns HeraldError `document-store-unavailable` for any failure to open the file. */
export function unavailable(file: string, cause: unknown): HeraldError {
  const advice = isDamaged(cause)
    ? 'The file is damaged: check the disk, then restart this instance. It sets the file aside and rebuilds what is in the log.'
    : "Check the disk, the folder's permissions and other processes that hold the file, then retry.";
  const failure = new HeraldError(
    'document-store-unavailable',
    `The read models in ${resolve(file)} cannot be accessed (${messageOf(cause)}). ${advice}`,
  );
  failure.cause = cause;
  return failure;
}
