// Draws docs/performance/*.svg, and writes the table of figures into docs/performance.md, from the latest results that are not quick.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { saved, table } from './suite.mjs';
import { bars } from './svg.mjs';

const PAGE = new URL('../docs/performance.md', import.meta.url);
const FOLDER = new URL('../docs/performance/', import.meta.url);
const FIGURES = /(<!-- figures -->\n)[\s\S]*(<!-- \/figures -->)/;

/** A work at several sizes, Herald beside its limit. */
const grows = (file, title, unit, limit, works) => ({
  ...{ file, title, unit },
  groups: works.map((work) => ({
    work,
    bars: [
      ['Herald', work, 'herald'],
      [limit, work, 'limit'],
    ],
  })),
});

/** A work of which the limit is Herald itself at a smaller size. */
const growsAlone = (file, title, unit, work) => ({
  ...{ file, title, unit },
  groups: ['limit', 'herald'].map((side) => ({ work, side, bars: [['Herald', work, side]] })),
});

const PEERS = {
  'BullMQ on Redis': 'surge-bullmq',
  'pg-boss on PostgreSQL': 'surge-pg-boss',
  'River on SQLite': 'surge-river',
};

const CHARTS = [
  grows(
    'surge',
    'A surge: mails per second, by accounts that are due at once',
    'mails/s',
    'bare nodemailer',
    ['surge', 'surge-of-ten-times'],
  ),
  {
    ...{
      file: 'peers',
      title: 'The same mails, each with its intent and its outcome on disk',
      unit: 'mails/s',
    },
    groups: [
      { bars: [['Herald', 'surge-bullmq', 'herald']] },
      ...Object.entries(PEERS).map(([name, work]) => ({ bars: [[name, work, 'limit']] })),
    ],
  },
  grows('tick', 'A tick with nothing due, by accounts', 'ms', 'a look-up by the index', [
    'agenda-10000',
    'agenda-100000',
    'agenda-1000000',
  ]),
  growsAlone(
    'rebuild',
    'A rebuild of all read models: events per second, by events',
    'events/s',
    'replay-linear',
  ),
  growsAlone('rebuild-memory', 'A rebuild of all read models: most memory, by events', 'MB', 'replay-memory'),
];

/** Of each bench the latest result. */
function latest(results) {
  const benches = new Map(results.flatMap((one) => one.benches.map((bench) => [bench.name, bench])));
  return { ...results.at(-1), benches: [...benches.values()] };
}

/** The chart with its figures; bars without a figure are left out. */
function drawn({ groups, ...chart }, lines) {
  const found = groups
    .map(({ work: sized, side = 'herald', bars: wanted }) => ({
      label: lines.find(({ work }) => work === sized)?.sizes?.[side]?.toLocaleString('en') ?? '',
      bars: wanted.flatMap(([name, work, side]) => {
        const value = lines.find((line) => line.work === work)?.[side];
        return value === undefined ? [] : [{ name, value }];
      }),
    }))
    .filter((group) => group.bars.length > 0);
  return found.length > 0 ? bars({ ...chart, groups: found }) : undefined;
}

export async function charts() {
  const results = await saved();
  if (results.length === 0) {
    process.stdout.write('There are no results: run `npm run bench` first. Quick ones are not drawn.\n');
    return 1;
  }
  const all = latest(results);
  const lines = all.benches.flatMap((bench) => bench.lines ?? []);
  await mkdir(FOLDER, { recursive: true });
  for (const chart of CHARTS) {
    const svg = drawn(chart, lines);
    if (svg) await writeFile(new URL(`${chart.file}.svg`, FOLDER), svg);
    process.stdout.write(`${svg ? `docs/performance/${chart.file}.svg` : `${chart.file}: no figures`}\n`);
  }
  const page = await readFile(PAGE, 'utf8');
  await writeFile(
    PAGE,
    page.replace(FIGURES, (_, before, after) => `${before}\n${table(all)}\n\n${after}`),
  );
  return 0;
}
