import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { Document } from '../ports/document-store.js';
import type { Projection } from '../ports/projection.js';
import { accessLog } from './access-log/access-log.js';
import { accountPartners } from './account-partners/account-partners.js';
import { addresses } from './addresses/addresses.js';
import { agenda } from './agenda/agenda.js';
import { approvalQueues } from './approval-queues/approval-queues.js';
import { dangling } from './dangling/dangling.js';
import { history } from './history/history.js';
import { partners } from './partners/partners.js';
import { people } from './people/people.js';
import { socialAccounts } from './social-accounts/social-accounts.js';
import { solutions } from './solutions/solutions.js';

/** All read models of Herald. */
export const PROJECTIONS = [
  agenda,
  history,
  socialAccounts,
  accountPartners,
  approvalQueues,
  people,
  addresses,
  partners,
  solutions,
  dangling,
  accessLog,
] as unknown as readonly Projection<Document>[];

/** The read model of that name. @throws HeraldError `not-found`. */
export const projectionNamed = (name: string): Projection<Document> => {
  const projection = PROJECTIONS.find((one) => one.name === name);
  if (projection) return projection;
  throw new HeraldError(
    'not-found',
    `There is no projection ${name}. Known projections: ${PROJECTIONS.map((one) => one.name).join(', ')}.`,
  );
};
