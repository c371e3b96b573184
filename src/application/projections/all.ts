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
