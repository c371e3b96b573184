import type { SqlStatement } from '../conditions.js';

/** The calls from the main thread, each about one file of read models. */
export type Call =
  | { readonly type: 'run'; readonly file: string; readonly statements: readonly SqlStatement[] }
  /** Closes the connection to this file. */
  | { readonly type: 'leave'; readonly file: string }
  | { readonly type: 'close' };
