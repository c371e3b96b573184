// BullMQ on a Redis that writes to disk before it answers: a job for each mail before, its completion after.
import { peerPackage } from './install.mjs';
import { given, serve } from './line-protocol.mjs';
import { inBatches, mailPool, recipient } from './pool.mjs';

const { Queue, Worker } = peerPackage('bullmq');
const { Redis } = peerPackage('ioredis');
const { redis, connections } = given();
const connect = () => new Redis(redis, { maxRetriesPerRequest: null });
const send = mailPool(given());
const queue = new Queue('mails', { connection: connect() });
const worker = new Worker('mails', async ({ data }) => (await send(data.to)).response, {
  connection: connect(),
  // Ten times as many as connections was the fastest: a mail is at hand whenever a connection is free.
  concurrency: connections * 10,
});
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

await serve(async (count) => {
  let completed = 0;
  const all = new Promise((resolve, reject) => {
    worker.on('failed', (_, error) => reject(error));
    worker.on('completed', () => {
      completed += 1;
      if (completed === count) resolve();
    });
  });
  await inBatches(count, (batch) =>
    queue.addBulk(batch.map((n) => ({ name: 'mail', data: { to: recipient(n) } }))),
  );
  await all;
});
