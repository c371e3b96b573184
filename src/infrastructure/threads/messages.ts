import type { ErrorCode } from '../../domain/error-codes.js';

/** A call to a thread; without an answer if its number is 0. */
export interface Numbered<Call> {
  readonly number: number;
  readonly call: Call;
}

/** A message of a thread: the answer to a call, why it failed, or something that the thread tells by itself. */
export type Reply<Notice> =
  | { readonly type: 'answer'; readonly number: number; readonly value: unknown }
  | {
      readonly type: 'error';
      readonly number: number;
      readonly code: ErrorCode | undefined;
      readonly message: string;
    }
  | { readonly type: 'notice'; readonly notice: Notice };
