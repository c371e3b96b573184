// Publishing over HTTP. In batches of 1,000, one after the other: durable events per second; the limit is SQLite itself, which inserts the
// rows that Herald wrote with a durable commit for every batch, and has no index besides. And one event per request over 50
// connections; the limit is a bare Nest with Fastify that answers with what it gets.
import { Agent, request } from 'node:http';
import Database from 'libsql';
import { startBareNest } from './bare-nest.mjs';
import { startHeraldProcess } from './herald.mjs';
import { inFolder, inTurns, line, perSecond, size, timed } from './support.mjs';
import { publishAll, settings } from './surge.mjs';

const EVENTS = size({ full: 50_000, quick: 10_000 });
const SINGLES = size({ full: 10_000, quick: 2_000 });
const SIZE = 1_000;
const CONNECTIONS = 50;

const event = (n) => ({
  specversion: '1.0',
  id: `post-${n}`,
  source: 'https://platform.example/posts',
  type: 'herald.post.awaiting-approval.v1',
  time: '2026-01-05T06:00:00Z',
  data: {
    postId: `post-${n}`,
    partnerId: `partner-${n % 500}`,
    streamId: 'spring',
    streamName: 'Spring Launch',
    title: `Post number ${n}`,
    network: 'linkedin',
    publishAt: '2026-01-09T06:00:00Z',
  },
});

const events = Array.from({ length: EVENTS }, (_, n) => event(n));
const singles = Array.from({ length: SINGLES }, (_, n) => JSON.stringify(event(EVENTS + n)));

/** Posts a body over one of the agent's connections. */
const post = (agent, url, body) =>
  new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/cloudevents+json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(`${url}/v1/events`, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`Answered with ${response.statusCode}.`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** Requests per second over 50 connections, each of which sends its next one when it has its answer. */
async function oneByOne(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const waiting = [...singles];
  const connection = async () => {
    for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) await post(agent, url, body);
  };
  const millis = await timed(() => Promise.all(Array.from({ length: CONNECTIONS }, connection)));
  agent.destroy();
  return perSecond(SINGLES, millis);
}

const herald = () =>
  inFolder(async (folder) => {
    const { url, stop } = await startHeraldProcess({
      ...settings(folder, 0),
      HERALD_MAIL: `outbox:${folder}/outbox`,
    });
    const batches = perSecond(EVENTS, await timed(() => publishAll(url, events, SIZE)));
    const single = await oneByOne(url);
    await stop();
    const log = new Database(`${folder}/events.db`);
    const columns = log
      .prepare('SELECT name FROM pragma_table_info(?)')
      .raw()
      .all('events')
      .map(([name]) => name);
    const rows = log.prepare('SELECT * FROM events LIMIT ?').raw().all(EVENTS);
    log.close();
    return { batches, single, columns, rows };
  });

/** Rows per second. */
const bare = ({ columns, rows }) =>
  inFolder(async (folder) => {
    const database = new Database(`${folder}/bare.db`);
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE events (${columns.map((name, n) => (n === 0 ? `${name} INTEGER PRIMARY KEY` : name)).join(', ')})`);
    const insert = database.prepare(`INSERT INTO events VALUES (${columns.map(() => '?').join(', ')})`);
    const millis = await timed(() => {
      for (let n = 0; n < rows.length; n += SIZE) {
        database.exec('BEGIN IMMEDIATE');
        for (const row of rows.slice(n, n + SIZE)) insert.run(row);
        database.exec('COMMIT');
      }
    });
    database.close();
    return perSecond(rows.length, millis);
  });

async function echo() {
  const { url, stop } = await startBareNest();
  const answers = await oneByOne(url);
  await stop();
  return answers;
}

export async function run() {
  const taken = [];
  const { limit, echoed } = await inTurns({
    herald: async () => taken.push(await herald()),
    limit: () => bare(taken.at(-1)),
    echoed: echo,
  });
  return [
    line(
      ...['ingest', 'events/s', 'bare durable inserts'],
      taken.map(({ batches }) => batches),
      limit,
    ),
    line(
      ...['ingest-single', 'events/s', 'bare Nest, which echoes'],
      taken.map(({ single }) => single),
      echoed,
    ),
  ];
}
