import type { AgendaItem } from '../../application/audit/get-agenda.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';

export interface AgendaOptions {
  readonly url: string;
  readonly days?: string;
  readonly partner?: string;
  readonly solution?: string;
  readonly json?: boolean;
}

/** Lists what is planned, in pages that are each ordered by time. @returns the exit code 0. */
export async function agenda({ url, json, ...filter }: AgendaOptions): Promise<number> {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(given);
  const items = new HeraldClient(url).items<AgendaItem>(`/v1/agenda?${query}`);
  await printItems(items, { json, lineOf, none: 'Nothing is planned.' });
  return 0;
}

const lineOf = ({
  at,
  local,
  what,
  rule,
  partnerId,
  accountId,
  userId,
  notificationId,
}: AgendaItem): string => {
  const when = local === undefined ? at : `${at}  ${local.date} ${local.time} ${local.zone}`;
  const about = [partnerId, accountId, userId, notificationId].filter((one) => one !== undefined).join('/');
  return [when, what, rule, about].filter(Boolean).join('  ');
};
