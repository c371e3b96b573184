import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHerald } from '../../src/herald.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-failed-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A port at which nobody listens. */
const closedPort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

it('A start while both stores are away says why MongoDB cannot be reached', async () => {
  const [log, models] = [await closedPort(), await closedPort()];
  const started = startHerald({
    HERALD_PORT: '0',
    HERALD_LOG_LEVEL: 'silent',
    HERALD_EVENT_STORE: `kurrentdb://127.0.0.1:${log}?tls=false`,
    HERALD_READ_MODELS: `mongodb://127.0.0.1:${models}/herald?serverSelectionTimeoutMS=500`,
    HERALD_MAIL: `outbox:${join(folder, 'outbox')}`,
    HERALD_SECRET: 'a secret of the tests, long enough',
  });
  await expect(started).rejects.toMatchObject({
    code: 'document-store-unavailable',
    message: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${models}`),
  });
});
