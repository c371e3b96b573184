import type { ShownAccess } from '../../application/access-log/list-access-log.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';

export interface AccessLogOptions {
  readonly url: string;
  readonly principal?: string;
  readonly action?: string;
  readonly solution?: string;
  readonly from?: string;
  readonly to?: string;
  /** How many are shown; all of them with `all`. */
  readonly limit: string;
  readonly json?: boolean;
}

/** Lists who read personal data or changed something, newest first. @returns the exit code 0. */
export async function accessLog({ url, limit, json, ...filter }: AccessLogOptions): Promise<number> {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(given);
  const items = new HeraldClient(url).items<ShownAccess>(`/v1/access-log?${query}`, limit);
  await printItems(items, { json, lineOf });
  return 0;
}

const lineOf = ({ at, principalName, principalId, action, asked, status, purpose }: ShownAccess): string => {
  const filters = Object.entries(asked).map(([name, value]) => `${name}=${value}`);
  const what = [action, ...filters].join(' ');
  const why = purpose === undefined ? '' : `  (${purpose})`;
  return `${at}  ${principalName} (${principalId})  ${what}  ${status ?? 'no answer on record'}${why}`;
};
