import type { Collection } from '../../application/ports/document-store.js';
import type { Position } from '../../application/ports/event-store.js';
import type { BuildName } from '../../application/read-models/engine/read-models.js';

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
