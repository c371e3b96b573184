import type { Change } from '../../application/audit/changes/change.js';
import { CHANGED, type ChangedKind } from '../../application/audit/changes/changed-kinds.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';

export interface ChangesOptions {
  readonly url: string;
  /** How many are shown; all of them with `all`. */
  readonly limit: string;
  readonly json?: boolean;
}

/** Lists every change of something, newest first. @returns the exit code 0. */
export async function changes(
  kind: ChangedKind,
  id: string,
  { url, limit, json }: ChangesOptions,
): Promise<number> {
  const path = `/v1/${CHANGED[kind].list}/${encodeURIComponent(id)}/history`;
  await printItems(new HeraldClient(url).items<Change>(path, limit), { json, lineOf });
  return 0;
}

const lineOf = ({ occurredAt, type, actor, source, sourceId, eventId, data }: Change): string => {
  const by = sourceId === undefined ? eventId : `${sourceId} of ${source}`;
  return `${occurredAt}  ${type}  ${actor} (${by})  ${JSON.stringify(data)}`;
};
