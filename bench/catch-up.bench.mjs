// An instance that was away: all read models take in the events that have come meanwhile, live; the limit is a rebuild of all of them.
import { join } from 'node:path';
import Database from 'libsql';
import { startHeraldProcess } from './herald.mjs';
import { at, makeLog } from './log.mjs';
import { replay } from './replay.mjs';
import { inFolder, now, size, until } from './support.mjs';
import { settings } from './surge.mjs';

const EVENTS = size({ full: 300_000, quick: 20_000, environment: 'HERALD_BENCH_EVENTS' });
/** So many had been taken in before. Of more, Herald would decide something before it ends, and write into the log itself. */
const BEFORE = 1;

const projections = async (url) => (await (await fetch(`${url}/v1/projections`)).json()).items;

const following = (url) =>
  until(async () => (await projections(url)).every(({ behind }) => behind === 0), 50);

/** Adds the events of one log after a position to another one. */
function add(from, to, after) {
  const database = new Database(to);
  database.exec(`ATTACH '${from}' AS source; PRAGMA synchronous = OFF;
    INSERT INTO events SELECT * FROM source.events WHERE position > ${after}`);
  database.close();
}

export const run = () =>
  inFolder(async (folder) => {
    const all = join(folder, 'all.db');
    await makeLog(all, EVENTS, EVENTS / 20);
    const environment = {
      ...{ ...settings(folder, 0), HERALD_MAIL: `outbox:${folder}/outbox` },
      HERALD_CLOCK_START: at(EVENTS),
    };
    const file = join(folder, 'events.db');
    await makeLog(file, BEFORE, EVENTS / 20);
    const before = await startHeraldProcess(environment);
    await following(before.url);
    await before.stop();
    add(all, file, BEFORE);

    const herald = await startHeraldProcess(environment);
    const begun = now();
    await following(herald.url);
    const caughtUp = now() - begun;

    await herald.stop();

    const { millis: rebuilt } = await replay(all, join(folder, 'rebuilt'));
    return [{ work: 'catch-up', herald: caughtUp, limit: rebuilt, unit: 'ms', against: 'a rebuild of all' }];
  });
