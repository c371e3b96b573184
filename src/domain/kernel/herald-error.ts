import type { ErrorCode } from '../error-codes.js';

/** An error a reader can act on: a stable `code`, a message that says what to do next, and the field at fault if any. */
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

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
