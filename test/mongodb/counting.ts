import type { Document } from '../../src/application/ports/document-store.js';
import type { Projection } from '../../src/application/ports/projection.js';

export interface Count extends Document {
  readonly events: number;
  readonly sum: number;
}

/** Counts, so that an event that is folded twice, or not at all, shows. */
export const counting: Projection<Count> = {
  name: 'counting',
  version: 1,
  handles: ['Happened'],
  indexes: [['events']],
  target: ({ stream }) => ({ ids: [stream] }),
  evolve: (known, { data }, id) => ({
    id,
    events: (known?.events ?? 0) + 1,
    sum: (known?.sum ?? 0) + Number(data.n),
  }),
};

export const COUNTS = { name: 'counting@1.1', indexes: counting.indexes };
