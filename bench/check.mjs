// Compares the quick form with bench/baseline.json, which has ratios and no speeds: they say more about Herald than about the machine.
import { readFile, writeFile } from 'node:fs/promises';
import { besideCommit, committed, hasCommit } from './beside.mjs';
import { busyShare } from './busy.mjs';
import { inWords, machine, measure } from './suite.mjs';

const FILE = new URL('./baseline.json', import.meta.url);
const LOSS = 0.2;
/** Two series of so many runs: what the best of one and the best of the other differ by is noise. */
const RUNS_OF_A_SERIES = 2;
/** With more than this share of the processors in use by others, a loss proves nothing. */
const BUSY = 0.15;

/** The benches that need nothing but Herald, and little time. */
const CHECKED = ['surge', 'ingest', 'start', 'latency', 'catch-up', 'replay', 'growth', 'agenda'];

const LESS_IS_BETTER = ['ms', 'MB'];

/** A ratio of which more is better. */
const merit = ({ ratio, unit }) => (LESS_IS_BETTER.includes(unit) ? 1 / ratio : ratio);

const best = (lines) => lines.reduce((one, other) => (merit(other) > merit(one) ? other : one));

const print = (text) => process.stdout.write(`${text}\n`);

const linesOf = (results) =>
  results.benches.flatMap(({ name, lines = [] }) =>
    lines.filter(({ skipped }) => !skipped).map((line) => ({ ...line, bench: name })),
  );

/** What a work has lost of its baseline, as a share; less than nothing is a gain. */
const lossOf = (found, known) => (found ? 1 - merit(found) / merit(known) : 1);

const percent = (share) => `${Math.round(share * 100)} %`;

const figureOf = (line) => (line ? inWords(line) : 'no figure');

const bestByWork = (lines) => new Map([...byWork(lines)].map(([work, lines]) => [work, best(lines)]));

/** Those of a baseline that have lost more than may be noise. */
const lostOf = (known, found) => known.filter((one) => lossOf(found.get(one.work), one) > LOSS);

const benchesOf = (works) => [...new Set(works.map(({ bench }) => bench))];

/** Why a loss cannot be told from a slower machine here; undefined if it can. */
async function doubt(commit, isBusy) {
  if (isBusy) return 'others use this machine: run `npm run bench -- check` on one that is quiet';
  if (!(await hasCommit(commit)))
    return `this clone does not have ${commit}, the commit of the baseline: run \`npm run bench -- check\` in a full clone`;
  return undefined;
}

/** Those that have lost beside the code of the baseline, measured in turns: what a slower machine costs, it costs both. */
async function lostBeside(commit, suspects) {
  print(`Measured beside ${commit.slice(0, 7)}: ${suspects.map(({ work }) => work).join(', ')}`);
  const { then, now } = await besideCommit(commit, benchesOf(suspects));
  const [before, after] = [then, now].map((rounds) => bestByWork(rounds.flatMap(linesOf)));
  return suspects.filter(({ work }) => {
    const [old, one] = [before.get(work), after.get(work)];
    const loss = old ? lossOf(one, old) : 1;
    const figures = `${figureOf(one)}; before, beside it, ${figureOf(old)}`;
    print(loss > LOSS ? `LOST ${percent(loss)}: ${figures}` : `No slower: ${figures}`);
    return loss > LOSS;
  });
}

/**
 * Compares with the baseline. What seems to have lost is measured beside the code of the baseline; the best of each side counts.
 * @param isCi what proves nothing is skipped; otherwise it fails.
 * @returns the exit code. The last line is `N passed, N failed[, N skipped]`. A work that has no figure fails.
 */
export async function check({ isCi }) {
  const { commit, works } = JSON.parse(await readFile(FILE, 'utf8'));
  const known = Object.entries(works).map(([work, one]) => ({ work, ...one }));
  const wasBusy = (await busyShare()) > BUSY;
  const found = bestByWork(linesOf(await measure(benchesOf(known), { quick: true })));
  const silent = known.filter(({ work }) => !found.has(work));
  for (const { work } of silent) print(`LOST: ${work} has no figure; its bench says why.`);
  const suspects = lostOf(known, found).filter(({ work }) => found.has(work));
  const why = suspects.length === 0 ? undefined : await doubt(commit, wasBusy || (await busyShare()) > BUSY);
  if (why) {
    for (const one of suspects)
      print(`Perhaps slower: ${one.work} had a ratio of ${one.ratio}; now ${inWords(found.get(one.work))}`);
    print(`That proves nothing, because ${why}.`);
  }
  const lost = why || suspects.length === 0 ? [] : await lostBeside(commit, suspects);
  const skipped = why && isCi ? suspects.length : 0;
  const failed = silent.length + lost.length + (why && !isCi ? suspects.length : 0);
  const counts = `${known.length - failed - skipped} passed, ${failed} failed`;
  print(`\n${counts}${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
}

function byWork(lines) {
  const works = new Map();
  for (const line of lines) works.set(line.work, [...(works.get(line.work) ?? []), line]);
  return works;
}

/** Writes the file anew. What differs by more than a loss between two series is left out, and what was left out stays so. */
export async function baseline() {
  const commit = await committed();
  if (!commit) {
    print('Commit the code first: a baseline names the commit that it is of.');
    return 1;
  }
  const before = JSON.parse(await readFile(FILE, 'utf8'));
  const series = [];
  for (let one = 0; one < 2; one += 1) {
    const runs = [];
    for (let run = 0; run < RUNS_OF_A_SERIES; run += 1)
      runs.push(linesOf(await measure(CHECKED, { quick: true })));
    series.push(byWork(runs.flat()));
  }
  const works = {};
  const leftOut = { ...before.leftOut };
  const [first, second] = series;
  for (const [work, lines] of first) {
    if (leftOut[work]) continue;
    const bests = [best(lines), best(second.get(work) ?? lines)].sort((a, b) => merit(a) - merit(b));
    const noise = 1 - merit(bests[0]) / merit(bests[1]);
    const { bench, ratio, unit } = bests[0];
    if (noise > LOSS) leftOut[work] = `its ratio differs by ${percent(noise)} between two series of runs`;
    else works[work] = { bench, ratio: Number(ratio.toPrecision(3)), unit };
  }
  const file = { about: 'npm run bench -- baseline', commit, machine: machine(), works, leftOut };
  await writeFile(FILE, `${JSON.stringify(file, undefined, 2)}\n`);
  print(`\nbench/baseline.json: ${Object.keys(works).length} ratios`);
  for (const [work, reason] of Object.entries(leftOut)) print(`left out: ${work}: ${reason}`);
  return 0;
}
