import type { Document } from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';

/** The lease of a projection's live documents: its holder writes them. */
export const leaseOf = ({ name }: Pick<Projection<Document>, 'name'>): string => `projection:${name}`;

/** Of several instances the one that holds this lease runs rebuilds, and writes the documents that do not answer. */
export const REBUILD_LEASE = 'replays';
