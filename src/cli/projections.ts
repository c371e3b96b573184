import type { ProjectionStatus } from '../application/replay/projection-statuses.js';
import { HeraldClient } from './herald-client.js';
import { say } from './terminal.js';

/** Shows all projections: what is live, how far it is, what is parked, and the latest replay. */
export async function projections({ url }: { readonly url: string }): Promise<number> {
  const { items } = await new HeraldClient(url).get<{ items: readonly ProjectionStatus[] }>(
    '/v1/projections',
  );
  for (const { name, live, behind, parked, build } of items) {
    const replay = build
      ? `, ${build.name.projection}@${build.name.version}.${build.name.build} ${build.status}`
      : '';
    say(
      `${name}: ${live}, ${behind === undefined ? 'of an older version' : `${behind} events behind`}${replay}`,
    );
    if (parked) say(`  parked at ${parked.position} (event ${parked.event}): ${parked.reason}`);
  }
  return items.some(({ parked }) => parked) ? 1 : 0;
}

/** Tries a parked event again. */
export async function retry(name: string, { url }: { readonly url: string }): Promise<number> {
  const path = `/v1/projections/${encodeURIComponent(name)}/retry`;
  const { parked, behind } = await new HeraldClient(url).post<ProjectionStatus>(path);
  say(
    parked
      ? `Still parked at ${parked.position}: ${parked.reason}`
      : `${name} goes on, ${behind} events behind.`,
  );
  return parked ? 1 : 0;
}
