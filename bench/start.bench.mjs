// From the start of the process to its first answer, and the memory of a process that has nothing to do; the limit is a bare Nest with
// Fastify that imports what Herald imports.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startBareNest, startNode } from './bare-nest.mjs';
import { freePort, inFolder, inTurns, line, middle, QUICK, Skipped } from './support.mjs';
import { settings } from './surge.mjs';

const SAMPLES = QUICK ? 10 : 50;
const IMPORTED = [
  ...['@nestjs/cqrs', '@nestjs/schedule', '@fastify/helmet'],
  ...['handlebars', 'libsql', 'lru-cache', 'nodemailer', 'pino', 'prom-client', 'temporal-polyfill', 'zod'],
];

/** Megabytes of a process that is left alone: the median of the second half of the samples. */
async function idleMemory(pid) {
  const all = [];
  for (let n = 0; n < SAMPLES; n += 1) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => {
      throw new Skipped('the memory of another process is read from /proc, which is not here');
    });
    all.push(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return middle(all.slice(SAMPLES / 2));
}

async function measured(starting) {
  const { pid, millis, stop } = await starting;
  const memory = await idleMemory(pid);
  await stop();
  return { millis, memory };
}

const herald = () =>
  inFolder(async (folder) => {
    const port = await freePort();
    const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
    const environment = { ...settings(folder, 25), HERALD_PORT: String(port) };
    return measured(startNode(main, [], environment, port));
  });

export async function run() {
  const { ours, bare } = await inTurns({ ours: herald, bare: () => measured(startBareNest(IMPORTED)) }, 3);
  const of = (all, name) => all.map((one) => one[name]);
  const against = 'bare Nest with the same imports';
  return [
    line('start', 'ms', against, of(ours, 'millis'), of(bare, 'millis')),
    line('idle-memory', 'MB', against, of(ours, 'memory'), of(bare, 'memory')),
  ];
}
