import type { AppendResult } from '../../../application/ports/event-store.js';
import type { Append } from '../log-committer.js';
import type { FileIdentity } from '../opened-file.js';

/** What the thread is started with. */
export interface LogFile {
  readonly file: string;
  /** Of the file that the main thread reads. */
  readonly identity: FileIdentity;
}

/** The calls from the main thread. */
export type Call =
  | { readonly type: 'commit'; readonly appends: readonly Append[] }
  | { readonly type: 'close' };

/** What became of one append: its result, or the revision at which its stream is instead. */
export type Committed = AppendResult | { readonly actual: number | 'no-stream' };
