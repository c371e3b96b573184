import { userInfo } from 'node:os';
import type { ParkedResult } from '../../application/read-models/administration/parked.js';
import type { ParkedDocument } from '../../application/read-models/parking/parked-documents.js';
import { HeraldClient } from '../herald-client.js';
import { printItems } from '../terminal/print-items.js';
import { say } from '../terminal/terminal.js';

export interface ParkedOptions {
  readonly url: string;
  readonly json?: boolean;
}

export type SkipOptions = ParkedOptions & { readonly reason: string; readonly by?: string };

const pathOf = (projection: string, documentId: string): string =>
  `/v1/parked/${encodeURIComponent(projection)}/${encodeURIComponent(documentId)}`;

/** Lists parked documents. @returns the exit code: 1 if there are any. */
export async function list({
  url,
  json,
  projection,
}: ParkedOptions & { readonly projection?: string }): Promise<number> {
  const filter = projection === undefined ? '' : `?projection=${encodeURIComponent(projection)}`;
  const items = new HeraldClient(url).items<ParkedDocument>(`/v1/parked${filter}`);
  const count = await printItems(items, { json, lineOf: linesOf, none: 'Nothing is parked.' });
  return count > 0 ? 1 : 0;
}

const linesOf = (parked: ParkedDocument): readonly string[] => {
  const { projection, documentId, type, event, position, reason, parkedAt, waiting } = parked;
  return [
    `${projection} ${documentId}: ${type} ${event} at ${position}, since ${parkedAt}; ${waiting} ${waiting === 1 ? 'event waits' : 'events wait'}`,
    `  ${reason}`,
  ];
};

/** Folds a parked document again. @returns the exit code: 1 if it is still parked. */
export async function retryParked(
  projection: string,
  documentId: string,
  { url, json }: ParkedOptions,
): Promise<number> {
  return shown(documentId, await new HeraldClient(url).post(`${pathOf(projection, documentId)}/retry`), json);
}

/** Skips the event that keeps a document parked. @returns the exit code: 1 if it is still parked. */
export async function skip(
  projection: string,
  documentId: string,
  { url, json, reason, by = userInfo().username }: SkipOptions,
): Promise<number> {
  const path = `${pathOf(projection, documentId)}/skip`;
  return shown(documentId, await new HeraldClient(url).post(path, { reason, by }), json);
}

const shown = (documentId: string, result: ParkedResult, json = false): number => {
  const { status, parked } = result;
  if (json) say(JSON.stringify(result));
  else if (parked)
    say(
      `${documentId} is still parked at ${parked.position} (${parked.type} ${parked.event}): ${parked.reason}`,
    );
  else if (status === 'folded') say(`${documentId} is no longer parked.`);
  else if (status === 'rebuilding')
    say('The projection is being rebuilt and will be swapped in automatically. See: herald projections');
  return parked ? 1 : 0;
};
