import { HeraldError } from '../../domain/herald-error.js';
import type { Document } from '../document-store.js';
import { agenda } from './agenda.js';
import { approvalQueues } from './approval-queues.js';
import { history } from './history.js';
import { people } from './people.js';
import type { Projection } from './projection.js';
import { socialAccounts } from './social-accounts.js';

/** All read models of Herald. */
export const PROJECTIONS = [
  agenda,
  history,
  socialAccounts,
  approvalQueues,
  people,
] as unknown as readonly Projection<Document>[];

/** The read model of that name. @throws HeraldError `not-found`. */
export const projectionNamed = (name: string): Projection<Document> => {
  const projection = PROJECTIONS.find((one) => one.name === name);
  if (projection) return projection;
  throw new HeraldError(
    'not-found',
    `There is no projection ${name}: there are ${PROJECTIONS.map((one) => one.name).join(', ')}.`,
  );
};
