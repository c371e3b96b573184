import type { Dangling, DanglingPage } from '../application/audit/list-dangling.js';
import { HeraldClient } from './herald-client.js';
import { say } from './terminal.js';

/** Lists what events name and was never registered, added or connected. @returns the exit code: 1 if there is any. */
export async function dangling({
  url,
  json,
}: {
  readonly url: string;
  readonly json?: boolean;
}): Promise<number> {
  const client = new HeraldClient(url);
  let count = 0;
  for (let after: string | null = ''; after !== null; ) {
    const cursor: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const { items, next }: DanglingPage = await client.get(`/v1/dangling?limit=200${cursor}`);
    for (const item of items) say(json ? JSON.stringify(item) : lineOf(item));
    count += items.length;
    after = next;
  }
  if (count === 0 && !json) say('Everything that events name is known.');
  return count > 0 ? 1 : 0;
}

const MISSING = { partner: 'not registered', user: 'not added', account: 'not connected' } as const;

const lineOf = ({ kind, partnerId, userId, accountId, since, event }: Dangling): string => {
  const what = kind === 'user' ? `${partnerId}/${userId}` : (accountId ?? partnerId);
  const by = event.source === undefined ? event.eventId : `${event.id} of ${event.source}`;
  return `${kind} ${what}: ${MISSING[kind]}; named since ${since} by ${event.type} (${by})`;
};
