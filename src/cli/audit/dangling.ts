import type { Dangling } from '../../application/audit/registry/list-dangling.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';

/** Lists what events name and was never registered, added or connected. @returns the exit code: 1 if there is any. */
export async function dangling({
  url,
  json,
}: {
  readonly url: string;
  readonly json?: boolean;
}): Promise<number> {
  const items = new HeraldClient(url).items<Dangling>('/v1/dangling');
  const count = await printItems(items, { json, lineOf, none: 'Everything that events name is known.' });
  return count > 0 ? 1 : 0;
}

const MISSING = { partner: 'not registered', user: 'not added', account: 'not connected' } as const;

const lineOf = ({ kind, partnerId, userId, accountId, since, event }: Dangling): string => {
  const what = kind === 'user' ? `${partnerId}/${userId}` : (accountId ?? partnerId);
  const by = event.source === undefined ? event.eventId : `${event.id} of ${event.source}`;
  return `${kind} ${what}: ${MISSING[kind]}; named since ${since} by ${event.type} (${by})`;
};
