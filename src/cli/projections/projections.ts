import { describeLag } from '../../application/read-models/rebuild/describe-progress.js';
import type { ProjectionStatus } from '../../application/read-models/rebuild/projection-statuses.js';
import { HeraldClient } from '../herald-client.js';
import { say } from '../terminal/terminal.js';

/** Shows all projections: the live version, the lag, parked documents and the latest replay. */
export async function projections({ url }: { readonly url: string }): Promise<number> {
  const { items } = await new HeraldClient(url).get<{ items: readonly ProjectionStatus[] }>(
    '/v1/projections',
  );
  for (const { name, live, behind, share, newer, parked, parkedDocuments, build } of items) {
    const replay = build
      ? `, ${build.name.projection}@${build.name.version}.${build.name.build} ${build.status}`
      : '';
    say(
      `${name}: ${live}${newer ? ' (of a newer version)' : ''}, ${describeLag({ behind, share }) ?? 'of an older version'}${replay}`,
    );
    if (parked) say(`  stopped at ${parked.position} (event ${parked.event}): ${parked.reason}`);
    if (parkedDocuments.count > 0) say(`  ${parkedDocuments.count} parked: herald parked list`);
  }
  return items.some(({ parkedDocuments }) => parkedDocuments.count > 0) ? 1 : 0;
}

/** Retries all parked documents of a projection. */
export async function retry(name: string, { url }: { readonly url: string }): Promise<number> {
  const path = `/v1/projections/${encodeURIComponent(name)}/retry`;
  const { parkedDocuments, ...status } = await new HeraldClient(url).post<ProjectionStatus>(path);
  const { count } = parkedDocuments;
  say(
    count > 0
      ? `${name}: ${count} still parked. See: herald parked list`
      : `${name} continues, ${describeLag(status) ?? 'of an older version'}.`,
  );
  return count > 0 ? 1 : 0;
}
