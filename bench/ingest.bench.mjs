// Publishing in batches of 1,000 over HTTP: herald's durable events per second; the limit is SQLite itself, which
// inserts rows of the same size with a durable commit for every 1,000.
import { join } from 'node:path';
import Database from 'libsql';
import { startHerald } from '../dist/herald.js';
import { inFolder, timed } from './support.mjs';

const BATCHES = 50;
const SIZE = 1_000;

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

const batches = Array.from({ length: BATCHES }, (_, batch) =>
  JSON.stringify(Array.from({ length: SIZE }, (_, n) => event(batch * SIZE + n))),
);

export const run = () =>
  inFolder(async (folder) => {
    const herald = await startHerald({
      HERALD_PORT: '0',
      HERALD_EVENT_STORE: `sqlite:${join(folder, 'events.db')}`,
      HERALD_READ_MODELS: `sqlite:${join(folder, 'read-models.db')}`,
      HERALD_MAIL: `outbox:${join(folder, 'outbox')}`,
      HERALD_CLOCK: 'test',
      HERALD_CLOCK_START: '2026-01-05T06:00:00Z',
      HERALD_CLOCK_FILE: join(folder, 'clock.txt'),
      HERALD_SECRET_FILE: join(folder, 'secret.txt'),
      HERALD_LOG_LEVEL: 'error',
    });
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const taken = await timed(async () => {
      for (const body of batches) {
        const response = await fetch(`${herald.url}/v1/events`, { method: 'POST', headers, body });
        if (response.status !== 202) throw new Error(await response.text());
        await response.arrayBuffer();
      }
    });
    await herald.stop();
    const bare = new Database(join(folder, 'bare.db'));
    bare.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (n INTEGER PRIMARY KEY, body TEXT)',
    );
    const insert = bare.prepare('INSERT INTO t (body) VALUES (?)');
    const raw = await timed(() => {
      for (const body of batches) {
        bare.exec('BEGIN IMMEDIATE');
        // The event and its metadata, about twice what came in.
        for (const one of JSON.parse(body)) insert.run(JSON.stringify([one, one]));
        bare.exec('COMMIT');
      }
    });
    bare.close();
    const perSecond = (millis) => (BATCHES * SIZE * 1_000) / millis;
    return [{ work: 'ingest', herald: perSecond(taken), limit: perSecond(raw), unit: 'events/s' }];
  });
