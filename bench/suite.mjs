// Runs benches one after the other, each in a process of its own, so that none leaves its memory to the next.
import { execFileSync, fork } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const HERE = new URL('.', import.meta.url);
const RESULTS = new URL('./results/', import.meta.url);
const MOST_MINUTES = 20;

/** The order in which they run: what one asks for most often comes first. */
const ORDER = ['surge', 'peers', 'ingest', 'start', 'latency', 'catch-up', 'replay', 'emmett'];

export async function benches() {
  const found = (await readdir(HERE))
    .filter((file) => file.endsWith('.bench.mjs'))
    .map((file) => file.replace('.bench.mjs', ''));
  const place = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return found.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

export const machine = () => ({
  processor: cpus()[0].model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
});

const commit = () => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: HERE, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
};

/** One bench: its lines, or why it was skipped or failed. */
function measureOne(name, { quick }) {
  const begun = performance.now();
  const child = fork(fileURLToPath(new URL('./bench.child.mjs', HERE)), [name], {
    env: { ...process.env, ...(quick ? { HERALD_BENCH_QUICK: '1' } : {}) },
  });
  const tooLong = setTimeout(() => child.kill(), MOST_MINUTES * 60_000);
  let answer;
  child.on('message', (message) => {
    answer = message;
  });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearTimeout(tooLong);
      const failed = { failed: `it ended with ${signal ?? code} before it had a figure` };
      resolve({ name, seconds: Math.round((performance.now() - begun) / 1_000), ...(answer ?? failed) });
    }),
  );
}

const shown = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

export const inWords = ({ work, ratio, herald, limit, unit, skipped }) =>
  skipped
    ? `${work} skipped: ${skipped}`
    : `${work} ratio ${ratio.toFixed(2)} (herald ${shown(herald)} ${unit}, limit ${shown(limit)} ${unit})`;

/** Measures benches, and prints a line for each piece of work as soon as it is known. */
export async function measure(names, { quick }) {
  const results = { at: new Date().toISOString(), commit: commit(), quick, machine: machine(), benches: [] };
  for (const name of names) {
    const result = await measureOne(name, { quick });
    results.benches.push(result);
    for (const line of result.lines ?? []) process.stdout.write(`${inWords(line)}\n`);
    process.stdout.write(`${name}: ${result.seconds} s\n`);
    if (result.skipped) process.stdout.write(`${name} skipped: ${result.skipped}\n`);
    if (result.failed) process.stdout.write(`${name} FAILED: ${result.failed}\n`);
  }
  return results;
}

/** All lines as a Markdown table; below it what was skipped or failed, and what the benches say about how they measured. */
export function table({ benches, machine: on }) {
  const rows = [['work', 'herald', 'against', 'limit', 'unit', 'ratio']];
  for (const { lines = [] } of benches)
    for (const { work, herald, limit, unit, against, ratio, skipped } of lines)
      rows.push(
        skipped
          ? [work, 'skipped', skipped, '', '', '']
          : [work, shown(herald), against, shown(limit), unit, ratio.toFixed(2)],
      );
  for (const { name, skipped, failed } of benches)
    if (skipped || failed)
      rows.push([name, skipped ? 'skipped' : 'FAILED', skipped ?? failed.split('\n')[0], '', '', '']);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const text = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const notes = [...new Set(benches.flatMap((bench) => bench.notes ?? []))];
  const seconds = benches.reduce((sum, bench) => sum + bench.seconds, 0);
  return [
    text(rows[0]),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.slice(1).map(text),
    '',
    `${on.cores} × ${on.processor}, ${on.memoryGb} GB, Node ${on.node}; ${Math.floor(seconds / 60)} min ${seconds % 60} s.`,
    'Of several rounds these are the medians, and the ratio is the median of their ratios.',
    ...notes,
  ].join('\n');
}

/** Writes results; returns the name of the file. */
export async function save(results) {
  await mkdir(RESULTS, { recursive: true });
  const name = `${results.at.replaceAll(/[:.]/g, '-')}${results.quick ? '-quick' : ''}.json`;
  await writeFile(new URL(name, RESULTS), `${JSON.stringify(results, undefined, 2)}\n`);
  return `bench/results/${name}`;
}

/** Everything that was measured in full, the oldest first. */
export async function saved() {
  const files = (await readdir(RESULTS).catch(() => [])).filter((file) => file.endsWith('.json')).sort();
  const all = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(new URL(file, RESULTS), 'utf8'))),
  );
  return all.filter(({ quick }) => !quick);
}
