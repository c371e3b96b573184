import { resolve } from 'node:path';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Whether another connection writes at the moment: the same statement may succeed later. */
export const isLocked = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));

/** Whether the file is no database, or one that is damaged: it stays so. */
export const isDamaged = (error: unknown): boolean => /^SQLITE_(NOTADB|CORRUPT)/.test(codeOf(error));

/** Whether the file does not answer, whatever it is asked: locked, damaged, read-only, a full disk. */
const isFailureOfFile = (error: unknown): boolean =>
  isLocked(error) ||
  isDamaged(error) ||
  /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|AUTH|PROTOCOL|NOMEM|NOLFS)/.test(codeOf(error));

/**
 * What a file of read models answered, as an error that says what to do; `cause` is the original. An error that is not
 * about the file stays as it is.
 */
export function documentFailure(file: string, error: unknown): unknown {
  if (!isFailureOfFile(error)) return error;
  return unavailable(file, error);
}

/** @returns HeraldError `document-store-unavailable` for whatever opening the file met. */
export function unavailable(file: string, cause: unknown): HeraldError {
  const failure = new HeraldError(
    'document-store-unavailable',
    `The read models in ${resolve(file)} do not answer (${messageOf(cause)}): check the disk, the folder's rights and other processes that hold the file, then try again.`,
  );
  failure.cause = cause;
  return failure;
}
