import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../src/demo/client.js';
import { play, START } from '../../src/demo/story.js';
import { startTestHerald } from '../http/herald.js';
import { type MongodbServer, mongodbServer } from './server.js';

const isThere = Boolean(process.env.HERALD_TEST_MONGODB_URL || process.env.HERALD_TEST_FERRETDB);

describe.skipIf(!isThere)(
  'With its read models in MongoDB (skipped without HERALD_TEST_MONGODB_URL or HERALD_TEST_FERRETDB)',
  () => {
    let server: MongodbServer | undefined;
    beforeAll(async () => {
      server = await mongodbServer();
    });
    afterAll(() => server?.stop());

    it('Herald tells the story of eight weeks as ever', async () => {
      const url = `${server?.url.replace(/\/$/, '')}/herald-${randomUUID()}`;
      const herald = await startTestHerald({ HERALD_READ_MODELS: url, HERALD_CLOCK_START: START });
      await play(new Client(herald.url));
      const { body } = await herald.get<{ items: { decision: string }[] }>('/v1/notifications?limit=200');
      await herald.stop();
      expect(body.items.filter(({ decision }) => decision === 'raised')).toHaveLength(77);
      expect(body.items.filter(({ decision }) => decision === 'withheld')).toHaveLength(16);
    }, 120_000);
  },
);
