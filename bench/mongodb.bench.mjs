// Documents a second that a replay writes to MongoDB, ordered and behind the position guard, new ones and changed ones; the
// limit is a bare, ordered bulkWrite of the same documents that inserts them and replaces them by id, and for changed ones also one that
// replaces them behind the same guard. The server is that of HERALD_BENCH_MONGODB_URL, or FerretDB, which Go builds.
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { MongodbDocumentStore } from '../dist/infrastructure/mongodb/mongodb-document-store.js';
import { startMongodb } from './mongodb-server.mjs';
import { perSecond, size, timed } from './support.mjs';

const NEW = size({ full: 20_000, quick: 2_000, environment: 'HERALD_BENCH_DOCUMENTS' });
/** As many as a rebuild writes at once. */
const NEW_AT_ONCE = 1_000;

const isStandIn = !process.env.HERALD_BENCH_MONGODB_URL;
// FerretDB looks through all documents for each that it replaces behind a guard.
const CHANGED = isStandIn ? size({ full: 1_000, quick: 100 }) : NEW;
// FerretDB did not answer a hundred replacements in one message.
const CHANGED_AT_ONCE = isStandIn ? 50 : 1_000;

const document = (n, position) => ({
  id: `notification-${n}`,
  position: String(position).padStart(20, '0'),
  decidedAt: new Date(Date.UTC(2026, 0, 5) + n * 1_000).toISOString(),
  recipientId: `user-${n % 500}`,
  rule: 'settings-update-required',
  subjectLine: 'Action required: authorisation of “Haus Linden” on Facebook expires in 13 days',
  says: 'x'.repeat(400),
});

/** @param round each has later positions than the one before. */
const batchesOf = (count, atOnce, round) =>
  Array.from({ length: count / atOnce }, (_, batch) =>
    Array.from({ length: atOnce }, (_, n) =>
      document(batch * atOnce + n, batch * atOnce + n + 1 + round * count),
    ),
  );

const INDEXES = [['decidedAt'], ['recipientId']];

const OPERATIONS = {
  insert: ({ id, ...fields }) => ({ insertOne: { document: { _id: id, ...fields } } }),
  replace: ({ id, ...fields }) => ({
    replaceOne: { filter: { _id: id }, replacement: fields, upsert: true },
  }),
  replaceOlder: ({ id, ...fields }) => ({
    replaceOne: {
      filter: { _id: id, position: { $lt: fields.position } },
      replacement: fields,
      upsert: true,
    },
  }),
};

async function measured(server) {
  const url = `${server.replace(/\/$/, '')}/bench-${randomUUID()}`;
  const client = new MongoClient(url);
  const store = new MongodbDocumentStore({ url });
  const byHerald = async (name, batches, isNew) => {
    const collection = { name, indexes: INDEXES };
    await store.ensure(collection);
    return timed(async () => {
      for (const batch of batches) {
        const writes = batch.map((one) => ({ id: one.id, position: one.position, document: one, isNew }));
        await store.write(collection, writes, batch.at(-1).position);
      }
    });
  };
  const barely = async (name, batches, operation) => {
    const bare = client.db().collection(name);
    for (const [field] of INDEXES) await bare.createIndex({ [field]: 1 });
    return timed(async () => {
      for (const batch of batches) await bare.bulkWrite(batch.map(operation), { ordered: true });
    });
  };
  const compared = (work, count, against, herald, limit) => ({
    ...{
      work,
      against,
      herald: perSecond(count, herald),
      limit: perSecond(count, limit),
      unit: 'documents/s',
    },
  });

  const many = batchesOf(NEW, NEW_AT_ONCE, 0);
  const added = await byHerald('new@1.1', many, true);
  const bareAdded = await barely('bare-new', many, OPERATIONS.insert);

  const few = (round) => batchesOf(CHANGED, CHANGED_AT_ONCE, round);
  await byHerald('changed@1.1', few(0), true);
  await barely('bare-changed', few(0), OPERATIONS.insert);
  const changed = await byHerald('changed@1.1', few(1), false);
  const byId = await barely('bare-changed', few(1), OPERATIONS.replace);
  const guarded = await barely('bare-changed', few(2), OPERATIONS.replaceOlder);

  await client.db().dropDatabase();
  await client.close();
  await store.close();
  return [
    compared('mongodb-new', NEW, 'the bare client', added, bareAdded),
    compared('mongodb-changed', CHANGED, 'the bare client, by id alone', changed, byId),
    compared('mongodb-changed-guarded', CHANGED, 'the bare client, behind the guard', changed, guarded),
  ];
}

export async function run() {
  const server = await startMongodb();
  try {
    return await measured(server.url);
  } finally {
    await server.stop();
  }
}
