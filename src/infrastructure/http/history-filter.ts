import type * as z from 'zod';
import type { RecipientFilter } from '../../application/audit/find-recipient.js';
import type { Query } from '../../application/ports/document-store.js';
import type { HISTORY_FIELDS } from '../../application/read-models/history/history.js';
import type { historyQuery } from './query-schemas.js';

type Field = (typeof HISTORY_FIELDS)[number];

/** The read-model query for a request for history. */
export const historyFilter = (
  query: z.output<typeof historyQuery>,
  recipient: RecipientFilter | undefined,
): Query => {
  const { channel, partner, solution, account, rule, decision, reason, outcome, order } = query;
  const where: Partial<Record<Field, string | undefined>> = {
    ...recipient,
    ...{
      partnerId: partner,
      solutionId: solution,
      accountId: account,
      channel,
      rule,
      decision,
      reason,
      outcome,
    },
  };
  return {
    where: present(where),
    range: present({
      decidedAt: rangeOf(query.from, query.to),
      slotAt: rangeOf(query.slotFrom, query.slotTo),
    }),
    orderBy: 'decidedAt',
    direction: order === 'newest' ? 'descending' : 'ascending',
    limit: query.limit,
    ...(query.after ? { after: query.after } : {}),
  };
};

const rangeOf = (from: string | undefined, to: string | undefined) =>
  from === undefined && to === undefined ? undefined : present({ from, to });

const present = <T>(fields: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Record<string, T>;
