// The surge, and the same mails by three job queues that record a job before each mail and its completion after, with as many
// connections to the same sink: BullMQ on Redis, pg-boss on PostgreSQL, River on SQLite. Herald also decides, and records why.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildRiver, installPackages } from './peers/install.mjs';
import { inNode, sent } from './peers/peer.mjs';
import { startPostgres, startRedis } from './peers/servers.mjs';
import { startSink } from './sink.mjs';
import { inFolder, inTurns, line, perSecond, Skipped, size } from './support.mjs';
import { CONNECTIONS, surgeOfHerald } from './surge.mjs';

const MAILS = size({ full: 10_000, quick: 500, environment: 'HERALD_BENCH_ACCOUNTS' });

/** How many milliseconds each peer takes; each with a store of its own that is empty. */
const PEERS = {
  bullmq: async (common, sink) => {
    await installPackages();
    return inFolder(async (folder) => {
      const { url, stop } = await startRedis(folder);
      const millis = await sent(inNode('bullmq.mjs', { ...common, redis: url }), sink, MAILS);
      await stop();
      return millis;
    });
  },
  'pg-boss': async (common, sink) => {
    await installPackages();
    const { url, stop } = await startPostgres();
    const millis = await sent(inNode('pg-boss.mjs', { ...common, postgres: url }), sink, MAILS);
    await stop();
    return millis;
  },
  river: async ({ mail, port, connections }, sink) => {
    const program = await buildRiver();
    return inFolder(async (folder) => {
      const [file, source] = [join(folder, 'river.db'), join(folder, 'mail.json')];
      await writeFile(source, JSON.stringify(mail));
      const parameters = { file, mail: source, port, connections };
      const words = Object.entries(parameters).map(([name, value]) => `-${name}=${value}`);
      return sent([program, words], sink, MAILS);
    });
  },
};

const STORES = { bullmq: 'BullMQ on Redis', 'pg-boss': 'pg-boss on PostgreSQL', river: 'River on SQLite' };

export async function run() {
  const sink = await startSink();
  let mail;
  const measured = {
    herald: async () => {
      const surged = await surgeOfHerald(sink, MAILS);
      mail = surged.mail;
      return perSecond(MAILS, surged.millis);
    },
  };
  const missing = new Map();
  for (const [name, send] of Object.entries(PEERS))
    measured[name] = async () => {
      if (missing.has(name)) return Number.NaN;
      try {
        return perSecond(MAILS, await send({ port: sink.port, connections: CONNECTIONS, mail }, sink));
      } catch (error) {
        if (!(error instanceof Skipped)) throw error;
        missing.set(name, error.message);
        return Number.NaN;
      }
    };
  const { herald, ...peers } = await inTurns(measured);
  sink.stop();
  return Object.entries(peers).map(([name, figures]) => {
    const work = `surge-${name}`;
    return missing.has(name)
      ? { work, skipped: missing.get(name) }
      : line(work, 'mails/s', STORES[name], herald, figures);
  });
}
