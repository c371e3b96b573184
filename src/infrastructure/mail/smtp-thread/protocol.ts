import type { Mail } from '../mail.js';
import type { SmtpOptions } from '../smtp/smtp-options.js';

/** What the thread is started with. */
export type ThreadOptions = SmtpOptions;

/** The calls from the main thread. A `send` is answered with its result; `mayStart` is the answer to what the thread asks. */
export type Call =
  | { readonly type: 'send'; readonly id: number; readonly mail: Mail }
  | { readonly type: 'mayStart'; readonly id: number; readonly answer: boolean }
  | { readonly type: 'close' };

/** The thread asks whether the attempt at the mail of this id may start. */
export interface Asked {
  readonly id: number;
}
