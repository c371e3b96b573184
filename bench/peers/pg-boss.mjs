// pg-boss on PostgreSQL: a job for each mail before, its completion after. Each loop fetches some jobs, sends their mails and completes
// them, without the pause between polls of pg-boss' own workers.
import { peerPackage } from './install.mjs';
import { given, serve } from './line-protocol.mjs';
import { inBatches, mailPool, recipient } from './pool.mjs';

const PgBoss = peerPackage('pg-boss');
const AT_ONCE = 10;

const { postgres, connections } = given();
const send = mailPool(given());
const boss = new PgBoss({ connectionString: postgres, max: connections + 1 });
await boss.start();
await boss.createQueue('mails');

await serve(async (count) => {
  let completed = 0;
  const loop = async () => {
    while (completed < count) {
      const jobs = await boss.fetch('mails', { batchSize: AT_ONCE });
      await Promise.all(jobs.map(({ data }) => send(data.to)));
      if (jobs.length > 0)
        await boss.complete(
          'mails',
          jobs.map(({ id }) => id),
        );
      completed += jobs.length;
    }
  };
  await Promise.all([
    inBatches(count, (batch) =>
      boss.insert(batch.map((n) => ({ name: 'mails', data: { to: recipient(n) } }))),
    ),
    ...Array.from({ length: connections }, loop),
  ]);
});
