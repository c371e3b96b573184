// A rebuild of the social accounts by Herald, for benches whose peers do the same: the same events, the same pure function, a document
// for each account in SQLite.
import { RebuildLoop } from '../dist/application/read-models/rebuild/rebuild-loop.js';
import { socialAccounts } from '../dist/application/read-models/social-accounts/social-accounts.js';
import { SqliteEventStore } from '../dist/infrastructure/sqlite/sqlite-event-store.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { makeLog } from './log.mjs';
import { inFolder, inTurns, line, perSecond, size, timed } from './support.mjs';

export const EVENTS = size({ full: 50_000, quick: 10_000, environment: 'HERALD_BENCH_EVENTS' });

async function counted(documents) {
  let count = 0;
  for await (const _ of documents) count += 1;
  return count;
}

const herald = (file) =>
  inFolder(async (folder) => {
    const log = new SqliteEventStore({ file });
    const documents = new SqliteReadModels({ folder });
    const loop = new RebuildLoop(log, documents);
    const { name, version } = socialAccounts;
    const millis = await timed(
      () =>
        new Promise((resolve, reject) => {
          loop.listen(({ status }) => status === 'following' && resolve());
          loop.start({ projection: name, version, build: 1 }).catch(reject);
        }),
    );
    await loop.close();
    const count = await counted(documents.stream({ name: `${name}@${version}.1`, indexes: [] }));
    await documents.close();
    await log.close();
    return { millis, count };
  });

/**
 * @param rebuild what the peer does with the file of Herald's log, in a folder of its own: returns the milliseconds of its rebuild,
 * without what it needs to get the events into its own log, and how many accounts it found.
 */
export const againstPeer = (work, against, rebuild) =>
  inFolder(async (folder) => {
    const file = `${folder}/events.db`;
    await makeLog(file, EVENTS, EVENTS / 20);
    const counts = new Set();
    const speed = async (rebuilt) => {
      const { millis, count } = await rebuilt;
      counts.add(count);
      return perSecond(EVENTS, millis);
    };
    const { ours, theirs } = await inTurns({
      ours: () => speed(herald(file)),
      theirs: () => speed(inFolder((own) => rebuild(file, own))),
    });
    if (counts.size !== 1 || counts.has(0))
      throw new Error(`Not the same work: ${[...counts].join(' and ')} accounts.`);
    return [line(work, 'events/s', against, ours, theirs)];
  });
