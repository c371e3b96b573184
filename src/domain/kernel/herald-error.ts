import type { ErrorCode } from '../error-codes.js';

/** An error that its reader can act on: a stable `code`, a message that says what to do next, and the field at fault if any. */
export class HeraldError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field?: string,
  ) {
    super(message);
    this.name = 'HeraldError';
  }
}

/** Whether `error` is a HeraldError with that code. */
export const hasCode = (error: unknown, code: ErrorCode): error is HeraldError =>
  error instanceof HeraldError && error.code === code;

/** The message of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
