// Documents a second that a replay writes to MongoDB, ordered and behind the position guard, new ones and changed ones; the
// limit is a bare, ordered bulkWrite of the same documents that inserts them and replaces them by id. The server is that of
// HERALD_BENCH_MONGODB_URL, or FerretDB, which Go builds.
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { MongodbDocumentStore } from '../dist/infrastructure/mongodb/mongodb-document-store.js';
import { startMongodb } from './mongodb-server.mjs';
import { perSecond, size, timed } from './support.mjs';

const DOCUMENTS = size({
  full: process.env.HERALD_BENCH_MONGODB_URL ? 20_000 : 2_000,
  quick: 200,
  environment: 'HERALD_BENCH_DOCUMENTS',
});
// FerretDB did not answer a hundred replacements in one message.
const BATCH = process.env.HERALD_BENCH_MONGODB_URL ? 1_000 : 50;

const document = (n, round) => ({
  id: `notification-${n}`,
  position: String(n + 1 + round * DOCUMENTS).padStart(20, '0'),
  decidedAt: new Date(Date.UTC(2026, 0, 5) + n * 1_000).toISOString(),
  recipientId: `user-${n % 500}`,
  rule: 'settings-update-required',
  subjectLine: 'Action required: authorisation of “Haus Linden” on Facebook expires in 13 days',
  says: 'x'.repeat(400),
});

const batchesOf = (round) =>
  Array.from({ length: DOCUMENTS / BATCH }, (_, batch) =>
    Array.from({ length: BATCH }, (_, n) => document(batch * BATCH + n, round)),
  );

async function measured(server) {
  const url = `${server.replace(/\/$/, '')}/bench-${randomUUID()}`;
  const client = new MongoClient(url);
  const collection = { name: 'history@1.1', indexes: [['decidedAt'], ['recipientId']] };
  const store = new MongodbDocumentStore({ url });
  await store.ensure(collection);
  const bare = client.db().collection('bare');
  await bare.createIndex({ decidedAt: 1 });
  await bare.createIndex({ recipientId: 1 });
  const byHerald = (round) =>
    timed(async () => {
      for (const batch of batchesOf(round)) {
        const writes = batch.map((document) => {
          const { id, position } = document;
          return { id, position, document, isNew: round === 0 };
        });
        await store.write(collection, writes, batch.at(-1).position);
      }
    });
  const barely = (operation) => (round) =>
    timed(async () => {
      for (const batch of batchesOf(round)) await bare.bulkWrite(batch.map(operation), { ordered: true });
    });
  const insert = barely(({ id, ...fields }) => ({ insertOne: { document: { _id: id, ...fields } } }));
  const replace = barely(({ id, ...fields }) => ({
    replaceOne: { filter: { _id: id }, replacement: fields, upsert: true },
  }));
  const [added, bareAdded] = [await byHerald(0), await insert(0)];
  const [changed, bareChanged] = [await byHerald(1), await replace(1)];
  await client.db().dropDatabase();
  await client.close();
  await store.close();
  const compared = (work, herald, limit) => ({
    ...{ work, herald: perSecond(DOCUMENTS, herald), limit: perSecond(DOCUMENTS, limit) },
    ...{ unit: 'documents/s', against: 'the bare client' },
  });
  return [compared('mongodb-new', added, bareAdded), compared('mongodb-changed', changed, bareChanged)];
}

export async function run() {
  const server = await startMongodb();
  try {
    return await measured(server.url);
  } finally {
    await server.stop();
  }
}
