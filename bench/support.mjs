import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the work a folder of its own, and removes it. */
export async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'herald-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of one call. */
export async function timed(call) {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

/** The median of the milliseconds of some calls. */
export async function median(times, call) {
  const all = [];
  for (let n = 0; n < times; n += 1) all.push(await timed(call));
  return all.sort((a, b) => a - b)[Math.floor(times / 2)];
}
