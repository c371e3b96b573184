import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note } from './notes.mjs';

/** Small sizes and few rounds: what `npm run bench -- --quick` measures. */
export const QUICK = process.env.HERALD_BENCH_QUICK === '1';

/** How often each side of a ratio is measured, in turns. */
export const ROUNDS = QUICK ? 1 : 3;

/** A size: that of the environment, or one of two. */
export function size({ full, quick, environment }) {
  const given = environment && process.env[environment];
  if (given) note(`${environment} is ${given}, so that sizes differ from those of docs/performance.md.`);
  return Number(given || (QUICK ? quick : full));
}

/** Says why a bench cannot be run here. */
export class Skipped extends Error {}

/** Gives the work a folder of its own, and removes it. */
export async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'herald-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds since 1970, as other processes count them, and finer than those of Date. */
export const now = () => performance.timeOrigin + performance.now();

/** Milliseconds of one call. */
export async function timed(call) {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

const sorted = (all) => [...all].sort((a, b) => a - b);

export const middle = (all) => sorted(all)[Math.floor(all.length / 2)];

/** The value below which a share of all is. */
export const percentile = (all, share) =>
  sorted(all)[Math.min(all.length - 1, Math.floor(all.length * share))];

/** The median of the milliseconds of some calls. */
export async function median(times, call) {
  const all = [];
  for (let n = 0; n < times; n += 1) all.push(await timed(call));
  return middle(all);
}

/**
 * Measures several sides in turns (a, b, a, b, …), so that what disturbs the machine meanwhile disturbs all of them.
 * @param sides a function for each side, by name. Each returns a figure.
 * @returns the figures of each side, in the order of the rounds.
 */
export async function inTurns(sides, rounds = ROUNDS) {
  const figures = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, measure] of Object.entries(sides)) figures[name].push(await measure(round));
  return figures;
}

/** A line of the table. Of several rounds it has the medians, and the median of the rounds' ratios. */
export const line = (work, unit, against, herald, limit) => ({
  ...{ work, unit, against, herald: middle(herald), limit: middle(limit) },
  ratio: middle(herald.map((figure, round) => figure / limit[round])),
});

export const perSecond = (count, millis) => (count * 1_000) / millis;

/** Resolves once the condition holds. */
export async function until(condition, every = 20) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, every));
}

/** Runs a program to its end; fails with what it has said. */
export const run = (program, parameters, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += chunk;
      });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`${program} ended with ${code}: ${said.slice(-1_000)}`)),
    );
  });

export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
