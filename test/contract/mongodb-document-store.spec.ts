import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MongodbDocumentStore } from '../../src/infrastructure/mongodb/mongodb-document-store.js';
import { type MongodbServer, mongodbServer } from '../mongodb/server.js';
import { documentStoreContract } from './document-store.contract.js';

let server: MongodbServer | undefined;
beforeAll(async () => {
  server = await mongodbServer();
});
afterAll(() => server?.stop());

const isThere = Boolean(process.env.HERALD_TEST_MONGODB_URL || process.env.HERALD_TEST_FERRETDB);

// A server over a file writes some hundred documents a second, and some tests write thousands.
vi.setConfig({ testTimeout: 120_000 });

const open = async () => {
  const database = `herald-${randomUUID()}`;
  return new MongodbDocumentStore({ url: `${server?.url.replace(/\/$/, '')}/${database}` });
};

if (isThere) {
  documentStoreContract('MongoDB', open);
  it('MongoDB tells what time it is there', async () => {
    const store = await open();
    const before = Date.now();
    const there = Date.parse((await store.serverTime()) ?? '');
    // The server of a test may run on another machine.
    expect(Math.abs(there - before)).toBeLessThan(60_000);
    await store.close();
  });
} else
  describe('MongoDB', () => {
    it.skip('is not tested: name a server with HERALD_TEST_MONGODB_URL, or a FerretDB program with HERALD_TEST_FERRETDB', () =>
      undefined);
  });

describe('MongoDB that cannot be reached', () => {
  const checkpoints = { name: 'checkpoints@1', indexes: [] };

  it('makes questions fail in words that help, and without the password', async () => {
    const url = 'mongodb://admin:secret@127.0.0.1:1/herald?serverSelectionTimeoutMS=100';
    const store = new MongodbDocumentStore({ url });
    for (const ask of [
      () => store.ensure(checkpoints),
      () => store.missingIndexes(checkpoints),
      () => store.get(checkpoints, ['a']),
      () => store.find(checkpoints, { limit: 1 }),
      () => store.write(checkpoints, [], '1'),
      () => store.checkpoint(checkpoints),
      () => store.drop(checkpoints),
      () => store.serverTime(),
    ]) {
      const failure: unknown = await ask().catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'document-store-unavailable',
        message: expect.stringContaining('HERALD_READ_MODELS'),
      });
      expect(String(failure)).not.toContain('secret');
    }
    await store.close();
  });

  it('because its name is none is refused before anything starts', () => {
    expect(() => new MongodbDocumentStore({ url: 'mongodb://admin:secret@host:port/herald' })).toThrow(
      expect.objectContaining({ code: 'invalid-configuration', field: 'HERALD_READ_MODELS' }),
    );
  });
});
