import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_TOMBSTONES } from '../../src/domain/bounds.js';
import { failureOf } from '../../src/infrastructure/mongodb/connection.js';
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
vi.setConfig({ testTimeout: 300_000 });

const open = async () => {
  const database = `herald-${randomUUID()}`;
  return new MongodbDocumentStore({ url: `${server?.url.replace(/\/$/, '')}/${database}` });
};

if (isThere) {
  documentStoreContract('MongoDB', open);
  it('MongoDB forgets the oldest of 10,001 tombstones', async () => {
    const url = `${server?.url.replace(/\/$/, '')}/herald-${randomUUID()}`;
    const store = new MongodbDocumentStore({ url });
    const visits = { name: 'visits@1', indexes: [], hasTombstones: true };
    const at = (n: number) => String(n).padStart(6, '0');
    await store.ensure(visits);
    // As the store leaves them: to remove so many one by one takes minutes on a server over a file.
    const client = new MongoClient(url);
    const removed = Array.from({ length: MAX_TOMBSTONES }, (_, n) => ({
      ...{ _id: `v${n + 1}`, position: at(n + 1), removed: at(n + 1) },
      json: 'null',
    }));
    await client.db().collection<{ _id: string }>('visits@1').insertMany(removed);
    const remove = (n: number) => ({ id: `v${n}`, position: at(n), document: undefined });
    await store.write(visits, [remove(MAX_TOMBSTONES + 1)]);
    const late = (id: string) => ({ id, position: at(1), document: { id, position: at(1) } });
    await store.write(visits, [late('v1'), late('v2')]);
    expect((await store.find(visits, { limit: 9 })).documents.map(({ id }) => id)).toEqual(['v1']);
    await client.close();
    await store.close();
  });
  it('MongoDB opens what was written after its database was dropped', async () => {
    const url = `${server?.url.replace(/\/$/, '')}/herald-${randomUUID()}`;
    const visits = { name: 'visits@1', indexes: [['place']] };
    const running = new MongodbDocumentStore({ url });
    await running.ensure(visits);
    // As a drop leaves it, which breaks FerretDB.
    const client = new MongoClient(url);
    await client.db().collection('collections').deleteMany({});
    await client.db().collection('visits@1').drop();
    const document = { id: 'v1', position: '1', place: 'Bremen' };
    await running.write(visits, [{ id: 'v1', position: '1', document }], '1');
    await running.close();

    const next = new MongodbDocumentStore({ url });
    await next.ensure(visits);
    expect(await next.missingIndexes(visits)).toEqual([]);
    const { documents } = await next.find(visits, { where: { place: 'Bremen' }, limit: 9 });
    expect(documents).toEqual([document]);
    await client.close();
    await next.close();
  });
  it('MongoDB reports its own time', async () => {
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
      () => store.count(checkpoints, { by: [] }),
      () =>
        store.distinct(
          { name: 'visits@1', indexes: [['at']] },
          { field: 'at', range: { from: 'a', to: 'b' }, limit: 1 },
        ),
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

  it('because a file of its connection string, or its name, is not found says so', async () => {
    const url = 'mongodb://127.0.0.1:1/herald?tls=true&tlsCAFile=/no/such/ca.pem';
    const store = new MongodbDocumentStore({ url });
    await expect(store.checkpoint(checkpoints)).rejects.toMatchObject({
      code: 'document-store-unavailable',
      message: expect.stringMatching(/\/no\/such\/ca\.pem.*HERALD_READ_MODELS/),
    });
    await store.close();

    const says = 'querySrv ENOTFOUND _mongodb._tcp.host.example';
    const unknownName = Object.assign(new Error(says), { code: 'ENOTFOUND', syscall: 'querySrv' });
    expect(failureOf(unknownName, 'mongodb+srv://host.example/herald')).toMatchObject({
      code: 'document-store-unavailable',
      message: expect.stringContaining(says),
    });
    const mistake = new TypeError('x is undefined');
    expect(failureOf(mistake, 'mongodb://host/herald')).toBe(mistake);
  });

  it('because its name is none is refused before anything starts', () => {
    expect(() => new MongodbDocumentStore({ url: 'mongodb://admin:secret@host:port/herald' })).toThrow(
      expect.objectContaining({ code: 'invalid-configuration', field: 'HERALD_READ_MODELS' }),
    );
  });
});
