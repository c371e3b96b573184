import type { Collection } from '../../application/ports/document-store.js';
import type { Position } from '../../application/ports/event-store.js';
import type { BuildName } from '../../application/read-models/engine/read-models.js';
import type { EngineReport } from '../../application/read-models/rebuild/rebuild-engine.js';
import type { ErrorCode } from '../../domain/error-codes.js';

/** The calls from the main thread to the worker. */
export type Call =
  | { readonly type: 'start'; readonly name: BuildName; readonly from?: Position | undefined }
  | { readonly type: 'stop'; readonly name: BuildName }
  | {
      readonly type: 'compare';
      readonly live: Collection;
      readonly rebuilt: Collection;
      readonly samples: number;
    }
  | { readonly type: 'close' };

export interface Numbered {
  readonly number: number;
  readonly call: Call;
}

/** The worker's messages: the answer to a call, or the progress of a build. */
export type Reply =
  | { readonly type: 'answer'; readonly number: number; readonly value: unknown }
  | { readonly type: 'error'; readonly number: number; readonly code: ErrorCode; readonly message: string }
  | { readonly type: 'report'; readonly report: EngineReport };
