// Draws docs/performance/*.svg, and writes the table of figures into docs/performance.md, from the latest results that are not quick.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { saved, table } from './suite.mjs';
import { bars } from './svg.mjs';

const PAGE = new URL('../docs/performance.md', import.meta.url);
const FOLDER = new URL('../docs/performance/', import.meta.url);
const FIGURES = /(<!-- figures -->\n)[\s\S]*(<!-- \/figures -->)/;

/** A work at several sizes, Herald beside its limit. */
const grows = (file, title, unit, limit, sizes) => ({
  ...{ file, title, unit },
  groups: Object.entries(sizes).map(([label, work]) => ({
    label,
    bars: [
      ['Herald', work, 'herald'],
      [limit, work, 'limit'],
    ],
  })),
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
    {
      '10,000': 'surge',
      '100,000': 'surge-of-ten-times',
    },
  ),
  {
    ...{
      file: 'peers',
      title: 'The same mails, each with its intent and its outcome on disk',
      unit: 'mails/s',
    },
    groups: [
      { label: '', bars: [['Herald', 'surge-bullmq', 'herald']] },
      ...Object.entries(PEERS).map(([name, work]) => ({ label: '', bars: [[name, work, 'limit']] })),
    ],
  },
  grows('tick', 'A tick with nothing due, by accounts', 'ms', 'a look-up by the index', {
    '10,000': 'agenda-10000',
    '100,000': 'agenda-100000',
    '1,000,000': 'agenda-1000000',
  }),
  {
    ...{
      file: 'rebuild',
      title: 'A rebuild of all read models: events per second, by events',
      unit: 'events/s',
    },
    groups: [
      { label: '100,000', bars: [['Herald', 'replay-linear', 'limit']] },
      { label: '1,000,000', bars: [['Herald', 'replay-linear', 'herald']] },
    ],
  },
  {
    ...{ file: 'rebuild-memory', title: 'A rebuild of all read models: most memory, by events', unit: 'MB' },
    groups: [
      { label: '100,000', bars: [['Herald', 'replay-memory', 'limit']] },
      { label: '1,000,000', bars: [['Herald', 'replay-memory', 'herald']] },
    ],
  },
];

/** Of each bench the latest result. */
function latest(results) {
  const benches = new Map(results.flatMap((one) => one.benches.map((bench) => [bench.name, bench])));
  return { ...results.at(-1), benches: [...benches.values()] };
}

/** The chart with its figures; bars without a figure are left out. */
function drawn({ groups, ...chart }, lines) {
  const found = groups
    .map(({ label, bars: wanted }) => ({
      label,
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
