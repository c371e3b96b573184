import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MongodbDocumentStore } from '../../src/infrastructure/mongodb/mongodb-document-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { compileChild } from '../contract/child-process.js';
import { happenings } from '../contract/events.js';
import { COUNTS, type Count } from './counting.js';
import { type MongodbServer, mongodbServer } from './server.js';

const STREAMS = 30;
const APPENDS = 5;
const EACH = 10;

const isThere = Boolean(process.env.HERALD_TEST_MONGODB_URL || process.env.HERALD_TEST_FERRETDB);

describe.skipIf(!isThere)(
  'A process that is killed between its documents and its checkpoint in MongoDB (skipped without HERALD_TEST_MONGODB_URL or HERALD_TEST_FERRETDB)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'herald-killed-'));
    const file = join(folder, 'events.db');
    let server: MongodbServer | undefined;
    let start: Awaited<ReturnType<typeof compileChild>>;
    beforeAll(async () => {
      server = await mongodbServer();
      start = await compileChild('test/mongodb/folding.child.ts', join(folder, 'child'));
      const log = new SqliteEventStore({ file });
      for (let append = 0; append < APPENDS; append += 1)
        for (let stream = 0; stream < STREAMS; stream += 1)
          await log.append(`s${stream}`, happenings(EACH), append === 0 ? 'no-stream' : append * EACH - 1);
      await log.close();
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is taken up by the next: nothing is lost and nothing folded twice', async () => {
      const url = `${server?.url.replace(/\/$/, '')}/killed-${randomUUID()}`;
      const documents = new MongodbDocumentStore({ url });
      // The first repeats nothing; each of the others dies one batch further on.
      for (const batches of ['1', '2', '2']) {
        expect(await once(start(url, file, batches), 'exit')).toEqual([null, 'SIGKILL']);
        const { documents: half } = await documents.find<Count>(COUNTS, { limit: 100 });
        expect(half.length).toBeGreaterThan(0);
      }
      expect(await once(start(url, file, '0'), 'exit')).toEqual([0, null]);
      const { documents: all } = await documents.find<Count>(COUNTS, { limit: 100 });
      await documents.close();
      const sum = (APPENDS * EACH * (EACH - 1)) / 2;
      expect(all.map(({ events, sum }) => ({ events, sum }))).toEqual(
        Array.from({ length: STREAMS }, () => ({ events: APPENDS * EACH, sum })),
      );
    }, 120_000);
  },
);
