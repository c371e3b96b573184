// From the request that publishes an event to its mail, on an idle Herald; the limit is one durable insert and the same mail. And the
// slowest of a hundred answers of GET /v1/notifications while all projections are replayed; the limit is the same without a replay.
import { join } from 'node:path';
import Database from 'libsql';
import { bareEventToMail, eventToMail } from './event-to-mail.mjs';
import { startHeraldProcess } from './herald.mjs';
import { makeLog } from './log.mjs';
import { startSink } from './sink.mjs';
import { inFolder, inTurns, line, percentile, size, timed, until } from './support.mjs';
import { mailOf, publishAll, settings, surge, world } from './surge.mjs';

const EVENTS = size({ full: 200_000, quick: 60_000, environment: 'HERALD_BENCH_EVENTS' });
const ACCOUNTS = 200;
const REQUESTS = 1_000;

const ask = async (url, path, method = 'GET') => (await fetch(`${url}${path}`, { method })).json();

const projections = async (url) => (await ask(url, '/v1/projections')).items;

const following = (url) =>
  until(async () => (await projections(url)).every(({ behind }) => behind === 0), 100);

async function answers(url, goesOn) {
  const all = [];
  while (all.length < REQUESTS && (await goesOn()))
    all.push(await timed(() => ask(url, '/v1/notifications?limit=50')));
  if (all.length < REQUESTS / 10) throw new Error('The replay was over too soon: take more events.');
  return percentile(all, 0.99);
}

const whileRebuilding = () =>
  inFolder(async (folder) => {
    const outbox = { ...settings(folder, 0), HERALD_MAIL: `outbox:${join(folder, 'outbox')}` };
    await makeLog(join(folder, 'events.db'), EVENTS, EVENTS / 20);
    const { url, stop } = await startHeraldProcess({ ...outbox, HERALD_LOG_LEVEL: 'silent' });
    await following(url);
    const idle = await answers(url, async () => true);
    for (const { name } of await projections(url)) await ask(url, `/v1/projections/${name}/replay`, 'POST');
    const isBuilding = async () => (await projections(url)).some(({ build }) => build.status === 'building');
    const busy = await answers(url, isBuilding);
    await stop();
    return {
      work: 'latency-p99',
      herald: busy,
      limit: idle,
      unit: 'ms',
      against: 'the same without a replay',
    };
  });

/** A Herald that has sent some mails already, so that its code is compiled. */
const byHerald = (sink) =>
  inFolder(async (folder) => {
    const { url, stop } = await startHeraldProcess(settings(folder, sink.port));
    await publishAll(url, [...world(ACCOUNTS)], 1_000);
    await surge(url, sink, ACCOUNTS);
    const mail = await mailOf(url);
    await following(url);
    const all = await eventToMail(url, sink);
    await stop();
    return { all, mail };
  });

const barely = (sink, mail) =>
  inFolder(async (folder) => {
    const database = new Database(join(folder, 'bare.db'));
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE events (position INTEGER PRIMARY KEY, data TEXT)`);
    const insert = database.prepare('INSERT INTO events (data) VALUES (?)');
    const all = await bareEventToMail(async () => insert.run('x'.repeat(600)), sink.port, mail);
    database.close();
    return all;
  });

export async function run() {
  const sink = await startSink();
  let mail;
  const { herald, limit } = await inTurns({
    herald: async () => {
      const measured = await byHerald(sink);
      mail = measured.mail;
      return measured.all;
    },
    limit: () => barely(sink, mail),
  });
  sink.stop();
  const share = (name, of) => {
    const at = (rounds) => rounds.map((all) => percentile(all, of));
    return line(`event-to-mail-${name}`, 'ms', 'a durable insert and a mail', at(herald), at(limit));
  };
  return [share('p50', 0.5), share('p99', 0.99), await whileRebuilding()];
}
