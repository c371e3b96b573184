import type { Access } from '../../../domain/access/access-log.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { Document } from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';

/** One access. One that concerns several solutions has a document for each, so that each of them finds it by an index. */
export interface AccessEntry extends Document, Access {
  readonly at: Instant;
  readonly correlationId: string;
  /** The moment, then the place in the log: many accesses have the same moment. */
  readonly order: string;
  /** The solution that this document is found by; absent if the access concerns all solutions. */
  readonly solutionId?: string | undefined;
  /** On one document of each access: whoever sees all solutions reads these only. */
  readonly first?: 'yes' | undefined;
}

/** Who read or changed what, when and for what purpose. */
export const accessLog: Projection<AccessEntry> = {
  name: 'access-log',
  version: 2,
  handles: ['AccessRecorded', 'AccessAnswered'],
  // All accesses have the same `first`: the others come before it, and are searched by where they are asked for.
  indexes: [
    ['solutionId', 'order'],
    ['principalId', 'order'],
    ['action', 'order'],
    ['first', 'order'],
  ],
  target: ({ data }) => {
    const { accessId, solutions } = data as unknown as Access;
    return { ids: [accessId, ...solutions.slice(1).map((solution) => `${accessId}/${solution}`)] };
  },
  evolve: (entry, { type, data, metadata, position }, id) => {
    if (type === 'AccessAnswered') return entry && { ...entry, status: Number(data.status) };
    const access = data as unknown as Access;
    const isFirst = id === access.accessId;
    return {
      ...access,
      id,
      at: metadata.recordedAt,
      order: `${metadata.recordedAt} ${position}`,
      correlationId: metadata.$correlationId,
      solutionId: isFirst ? access.solutions[0] : id.slice(access.accessId.length + 1),
      first: isFirst ? 'yes' : undefined,
    };
  },
};
