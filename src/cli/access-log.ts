import type { AccessLogPage, ShownAccess } from '../application/access-log/list-access-log.js';
import { HeraldClient } from './herald-client.js';
import { say } from './terminal.js';

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

const PAGE = 200;

/** Lists who read personal data or changed something, newest first. @returns the exit code 0. */
export async function accessLog({ url, limit, json, ...filter }: AccessLogOptions): Promise<number> {
  const client = new HeraldClient(url);
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(given);
  let left = limit === 'all' ? Number.POSITIVE_INFINITY : Number(limit);
  for (let next: string | null = ''; next !== null && left > 0; ) {
    query.set('limit', String(Math.min(left, PAGE)));
    if (next !== '') query.set('after', next);
    const page: AccessLogPage = await client.get(`/v1/access-log?${query}`);
    for (const access of page.items) say(json ? JSON.stringify(access) : lineOf(access));
    left -= page.items.length;
    next = page.next;
  }
  return 0;
}

const lineOf = ({ at, principalName, principalId, action, asked, status, purpose }: ShownAccess): string => {
  const filters = Object.entries(asked).map(([name, value]) => `${name}=${value}`);
  const what = [action, ...filters].join(' ');
  const why = purpose === undefined ? '' : `  (${purpose})`;
  return `${at}  ${principalName} (${principalId})  ${what}  ${status ?? 'no answer on record'}${why}`;
};
