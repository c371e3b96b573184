// Compares the quick form with bench/baseline.json, which has ratios and no speeds: they say more about Herald than about the machine.
import { readFile, writeFile } from 'node:fs/promises';
import { busyShare } from './busy.mjs';
import { inWords, machine, measure } from './suite.mjs';

const FILE = new URL('./baseline.json', import.meta.url);
const LOSS = 0.2;
const TRIES = 3;
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

/** Whether the baseline is of a machine like this one. */
const isOfThisMachine = ({ processor, cores, node }) => {
  const here = machine();
  const major = (version) => version.split('.')[0];
  return processor === here.processor && cores === here.cores && major(node) === major(here.node);
};

/**
 * Measures, and what has lost once more, twice at most: the best counts.
 * @param isCi a loss fails the run only where it proves something: on a machine like that of the baseline which has nothing else to do.
 * @returns the exit code. The last line is `N passed, N failed`, with what proves nothing as skipped.
 */
export async function check({ isCi }) {
  const { machine: measuredOn, works } = JSON.parse(await readFile(FILE, 'utf8'));
  const known = Object.entries(works).map(([work, one]) => ({ work, ...one }));
  const found = new Map();
  let lost = known;
  let isBusy = (await busyShare()) > BUSY;
  // To measure again what proves nothing is not worth the time.
  const proves = () => !isCi || (isOfThisMachine(measuredOn) && !isBusy);
  for (let tries = 0; tries < TRIES && lost.length > 0 && (tries === 0 || proves()); tries += 1) {
    if (tries > 0) print(`Measured again: ${lost.map(({ work }) => work).join(', ')}`);
    const results = await measure([...new Set(lost.map(({ bench }) => bench))], { quick: true });
    isBusy ||= (await busyShare()) > BUSY;
    for (const line of linesOf(results)) {
      const before = found.get(line.work);
      found.set(line.work, before ? best([before, line]) : line);
    }
    lost = known.filter((one) => lossOf(found.get(one.work), one) > LOSS);
  }
  for (const one of lost) {
    const now = found.get(one.work);
    print(
      `LOST ${percent(lossOf(now, one))}: ${one.work} had a ratio of ${one.ratio}; now ${now ? inWords(now) : 'it has no figure'}`,
    );
  }
  if (lost.length > 0 && !proves())
    print(
      isBusy
        ? 'Others use this machine, so that this proves nothing: run `npm run bench -- check` on one that is quiet.'
        : 'The baseline is of another machine, so that this proves nothing: run `npm run bench -- check` on that one.',
    );
  const passed = known.length - lost.length;
  const counts = proves()
    ? `${passed} passed, ${lost.length} failed`
    : `${passed} passed, 0 failed${lost.length === 0 ? '' : `, ${lost.length} skipped`}`;
  print(`\n${counts}`);
  return proves() && lost.length > 0 ? 1 : 0;
}

function byWork(lines) {
  const works = new Map();
  for (const line of lines) works.set(line.work, [...(works.get(line.work) ?? []), line]);
  return works;
}

/** Writes the file anew. What differs by more than a loss between two series is left out. */
export async function baseline() {
  const series = [];
  for (let one = 0; one < 2; one += 1) {
    const runs = [];
    for (let run = 0; run < RUNS_OF_A_SERIES; run += 1)
      runs.push(linesOf(await measure(CHECKED, { quick: true })));
    series.push(byWork(runs.flat()));
  }
  const works = {};
  const leftOut = {};
  const [first, second] = series;
  for (const [work, lines] of first) {
    const bests = [best(lines), best(second.get(work) ?? lines)].sort((a, b) => merit(a) - merit(b));
    const noise = 1 - merit(bests[0]) / merit(bests[1]);
    const { bench, ratio, unit } = bests[0];
    if (noise > LOSS) leftOut[work] = `its ratio differs by ${percent(noise)} between two series of runs`;
    else works[work] = { bench, ratio: Number(ratio.toPrecision(3)), unit };
  }
  const file = { about: 'npm run bench -- baseline', machine: machine(), works, leftOut };
  await writeFile(FILE, `${JSON.stringify(file, undefined, 2)}\n`);
  print(`\nbench/baseline.json: ${Object.keys(works).length} ratios`);
  for (const [work, reason] of Object.entries(leftOut)) print(`left out: ${work}: ${reason}`);
  return 0;
}
