import { Solution, type SolutionSettings, type SolutionState } from '../../../domain/solution/solution.js';
import { fold, partsOf } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';

export const SOLUTION_STATUSES = ['unconfigured', 'configured'] as const;

/** `unconfigured`: partners were registered in it, but its settings are not known, so nobody is notified. */
export type SolutionStatus = (typeof SOLUTION_STATUSES)[number];

/** A solution with its settings, as recorded in the log. */
export interface SolutionDocument extends Document, Partial<SolutionSettings> {
  readonly solutionId: string;
  readonly status: SolutionStatus;
  readonly state: SolutionState;
}

/** All solutions that were configured, or that partners were registered in. */
export const solutions: Projection<SolutionDocument> = {
  name: 'solutions',
  version: 1,
  handles: ['SolutionConfigured', 'PartnerRegistered'],
  indexes: [['solutionId'], ['status', 'solutionId']],
  target: ({ type, stream, data }) => ({
    ids: [type === 'SolutionConfigured' ? partsOf(stream).id : String(data.solutionId)],
  }),
  evolve: (document, event, id) => {
    if (event.type !== 'SolutionConfigured') return document ?? solutionOf(id, Solution.initialState);
    return solutionOf(id, fold(Solution, document?.state ?? Solution.initialState, event));
  },
};

const solutionOf = (solutionId: string, state: SolutionState) => {
  const status: SolutionStatus = state.settings ? 'configured' : 'unconfigured';
  return { ...state.settings, id: solutionId, solutionId, status, state };
};
