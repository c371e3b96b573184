import type { Build } from '../../application/read-models/rebuild/build.js';
import { describeLag } from '../../application/read-models/rebuild/describe-progress.js';
import type { ProjectionStatus } from '../../application/read-models/rebuild/projection-statuses.js';
import { HeraldClient } from '../herald-client.js';
import { say } from '../terminal/terminal.js';

export interface ProjectionOptions {
  readonly url: string;
  readonly json?: boolean;
}

/**
 * Shows all projections: the live version, the lag, parked documents and the latest replay.
 * @returns the exit code: 1 if a document is parked.
 */
export async function projections({ url, json }: ProjectionOptions): Promise<number> {
  let parked = 0;
  for await (const status of new HeraldClient(url).items<ProjectionStatus>('/v1/projections')) {
    say(...(json ? [JSON.stringify(status)] : linesOf(status)));
    parked += status.parkedDocuments.count;
  }
  return parked > 0 ? 1 : 0;
}

const linesOf = ({ name, live, newer, parked, parkedDocuments, build, ...lag }: ProjectionStatus) => [
  `${name}: ${live}${newer ? ' (of a newer version)' : ''}, ${sayLag(lag)}${build ? `, ${build.id} ${build.status}` : ''}`,
  ...(parked ? [`  stopped at ${parked.position} (event ${parked.event}): ${parked.reason}`] : []),
  ...(parkedDocuments.count > 0 ? [`  ${parkedDocuments.count} parked: herald parked list`] : []),
];

const sayLag = (lag: Pick<ProjectionStatus, 'behind' | 'share'>): string =>
  describeLag(lag) ?? 'of an older version';

/** Lets the rebuilt documents of a projection answer; those that did are kept. @returns the exit code 0. */
export async function swap(name: string, { url, json }: ProjectionOptions): Promise<number> {
  const status = await new HeraldClient(url).post<ProjectionStatus>(pathOf(name, 'swap'));
  say(json ? JSON.stringify(status) : saySwapped(status));
  return 0;
}

/** What a swap has changed, and how it is undone. */
export const saySwapped = ({ name, live, previous }: ProjectionStatus): string =>
  `${live} is live now; ${previous} is kept. Roll back with: herald roll-back ${name}`;

/** Gives the replay of a projection up, and drops its documents. @returns the exit code 0. */
export async function cancel(name: string, { url, json }: ProjectionOptions): Promise<number> {
  const build = await new HeraldClient(url).post<Build>(pathOf(name, 'cancel'));
  say(json ? JSON.stringify(build) : `${build.id} is cancelled, and its documents are dropped.`);
  return 0;
}

/** Lets the documents of a projection answer again that did before the last swap. @returns the exit code 0. */
export async function rollBack(name: string, { url, json }: ProjectionOptions): Promise<number> {
  const status = await new HeraldClient(url).post<ProjectionStatus>(pathOf(name, 'roll-back'));
  const { live, previous } = status;
  say(json ? JSON.stringify(status) : `${live} is live again; ${previous} is kept.`);
  return 0;
}

/** Retries all parked documents of a projection. @returns the exit code: 1 if one is still parked. */
export async function retry(name: string, { url, json }: ProjectionOptions): Promise<number> {
  const status = await new HeraldClient(url).post<ProjectionStatus>(pathOf(name, 'retry'));
  const { count } = status.parkedDocuments;
  if (json) say(JSON.stringify(status));
  else if (count > 0) say(`${name}: ${count} still parked. See: herald parked list`);
  else say(`${name} continues, ${sayLag(status)}.`);
  return count > 0 ? 1 : 0;
}

const pathOf = (name: string, act: string): string => `/v1/projections/${encodeURIComponent(name)}/${act}`;
