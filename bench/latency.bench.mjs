// The slowest of a hundred answers of GET /v1/notifications while all projections are replayed; the limit is the same
// without a replay.
import { join } from 'node:path';
import { startHerald } from '../dist/herald.js';
import { makeLog } from './log.mjs';
import { inFolder, timed } from './support.mjs';

const EVENTS = Number(process.env.HERALD_BENCH_EVENTS ?? 200_000);
const REQUESTS = 1_000;

const p99 = (all) => all.sort((a, b) => a - b)[Math.floor(all.length * 0.99)];

const ask = async (url, path, method = 'GET') => (await fetch(`${url}${path}`, { method })).json();

async function latency(url, goesOn) {
  const all = [];
  while (all.length < REQUESTS && (await goesOn()))
    all.push(await timed(() => ask(url, '/v1/notifications?limit=50')));
  if (all.length < REQUESTS / 10) throw new Error('The replay was over too soon: take more events.');
  return p99(all);
}

export const run = () =>
  inFolder(async (folder) => {
    const file = join(folder, 'events.db');
    await makeLog(file, EVENTS, EVENTS / 20);
    const herald = await startHerald({
      HERALD_PORT: '0',
      HERALD_EVENT_STORE: `sqlite:${file}`,
      HERALD_READ_MODELS: `sqlite:${join(folder, 'read-models')}`,
      HERALD_MAIL: `outbox:${join(folder, 'outbox')}`,
      HERALD_CLOCK: 'test',
      HERALD_CLOCK_START: '2026-01-05T06:00:00Z',
      HERALD_CLOCK_FILE: join(folder, 'clock.txt'),
      HERALD_SECRET_FILE: join(folder, 'secret.txt'),
      HERALD_LOG_LEVEL: 'silent',
    });
    const { url } = herald;
    const items = async () => (await ask(url, '/v1/projections')).items;
    while ((await items()).some(({ behind }) => behind !== 0))
      await new Promise((resolve) => setTimeout(resolve, 100));
    const idle = await latency(url, async () => true);
    for (const { name } of await items()) await ask(url, `/v1/projections/${name}/replay`, 'POST');
    const busy = await latency(url, async () =>
      (await items()).some(({ build }) => build.status === 'building'),
    );
    await herald.stop();
    return [{ work: 'latency-p99', herald: busy, limit: idle, unit: 'ms' }];
  });
