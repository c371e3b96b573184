// The history over a million decisions, over HTTP: p99 of the first page, of a page deep inside, and of pages by each filter. The
// limit is a keyset look-up of the same rows in plain SQL. And an export of all of it; the limit is a plain SELECT of the same rows.
// HERALD_BENCH_HISTORY=10000000 takes ten million: 10 to 20 minutes and 30 GB of disk.
import 'reflect-metadata';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { collectionOf } from '../dist/application/read-models/engine/read-models.js';
import { history } from '../dist/application/read-models/history/history.js';
import { tableOf } from '../dist/infrastructure/sqlite/document-table.js';
import {
  ACCOUNTS,
  decidedAtOf,
  idOf,
  NOW,
  PARTNERS,
  PEOPLE,
  RULES,
  SOLUTIONS,
  writeHistory,
} from './decided.mjs';
import { inFolder, size } from './support.mjs';
import { settings } from './surge.mjs';

const wanted = size({ full: 1_000_000, quick: 100_000, environment: 'HERALD_BENCH_HISTORY' });
const BYTES_EACH = 3_500;
const REQUESTS = 200;
const WARM_UP = 20;
const LIMIT = 50;
/** The page deep inside; a history that is shorter is read in its middle. */
const DEEP_PAGE = 100_000;
/** How often the memory of an export is looked at, in rows. */
const LOOK_EVERY = 50_000;

/** As many as the disk has room for. */
const countFor = async (folder) => {
  const { bavail, bsize } = await statfs(folder);
  const room = Math.floor((bavail * bsize) / 2 / BYTES_EACH);
  if (room < wanted)
    process.stdout.write(`history: the disk has room for ${room} decisions, not ${wanted}\n`);
  return 10 * Math.floor(Math.min(wanted, room) / 10);
};

const settingsOf = (folder) => ({
  ...settings(folder, 0),
  HERALD_MAIL: `outbox:${folder}/outbox`,
  HERALD_CLOCK_START: NOW,
  HERALD_REQUESTS_PER_MINUTE: '1000000',
  HERALD_LOG_LEVEL: 'silent',
});

const startChild = async (folder) => {
  const child = fork(new URL('./history.child.mjs', import.meta.url), [JSON.stringify(settingsOf(folder))]);
  const [{ url }] = await once(child, 'message');
  return {
    url,
    memory: async () => {
      child.send('memory');
      return (await once(child, 'message'))[0].memory;
    },
    stop: async () => {
      child.disconnect();
      await once(child, 'exit');
    },
  };
};

/** The file of the history, as Herald makes it, with so many decisions. */
const filledHistory = async (folder, count) => {
  // In a process that ends, so that nobody else has the file open.
  await (await startChild(folder)).stop();
  const { name: projection, version, indexes } = history;
  const collection = collectionOf({ projection, version, build: 1 }, indexes);
  const file = join(folder, 'read-models', `${collection.name}.db`);
  writeHistory(file, collection, count);
  return { file, collection };
};

const p99 = (times) => times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)];

/** The 99th percentiles of the milliseconds of two kinds of calls, which take turns; the first ones are left out. */
const measured = async (...kinds) => {
  const times = kinds.map(() => []);
  for (let n = 0; n < WARM_UP + REQUESTS; n += 1)
    for (const [kind, call] of kinds.entries()) {
      const start = performance.now();
      await call(n);
      if (n >= WARM_UP) times[kind].push(performance.now() - start);
    }
  return times.map(p99);
};

const later = (instant, millis) => new Date(Date.parse(instant) + millis).toISOString();
const DAY = 86_400_000;
const weekOf = (n) => {
  const from = later(NOW, -(30 + ((n * 13) % 300)) * DAY);
  return [from, later(from, 7 * DAY)];
};

/** Filters with another value for each n, and the same in SQL: fields that equal values, and ranges of fields. */
const FILTERS = {
  recipient: (n) => [{ recipient: `u${(n * 977) % PEOPLE}` }, { recipientId: `u${(n * 977) % PEOPLE}` }],
  'address that is nobody’s': (n) => [
    { recipient: `u${(n * 977) % PEOPLE}@partner.example` },
    { recipientMailbox: `u${(n * 977) % PEOPLE}@partner.example` },
  ],
  account: (n) => [{ account: `a${(n * 331) % ACCOUNTS}` }, { accountId: `a${(n * 331) % ACCOUNTS}` }],
  partner: (n) => [{ partner: `p${(n * 61) % PARTNERS}` }, { partnerId: `p${(n * 61) % PARTNERS}` }],
  solution: (n) => [{ solution: `s${n % SOLUTIONS}` }, { solutionId: `s${n % SOLUTIONS}` }],
  reason: () => [{ reason: 'not-entitled' }, { reason: 'not-entitled' }],
  outcome: () => [{ outcome: 'complained' }, { outcome: 'complained' }],
  rule: (n) => [{ rule: RULES[n % 4] }, { rule: RULES[n % 4] }],
  decision: () => [{ decision: 'withheld' }, { decision: 'withheld' }],
  channel: () => [{ channel: 'email' }, { channel: 'email' }],
  'a week of decisions': (n) => {
    const [from, to] = weekOf(n);
    return [{ from, to }, {}, { decidedAt: [from, to] }];
  },
  'a week of slots': (n) => {
    const [slotFrom, slotTo] = weekOf(n);
    return [{ slotFrom, slotTo }, {}, { decidedAt: [slotFrom, slotTo] }];
  },
  'partner and outcome': (n) => [
    { partner: `p${(n * 61) % PARTNERS}`, outcome: 'bounced' },
    { partnerId: `p${(n * 61) % PARTNERS}`, '+outcome': 'bounced' },
  ],
  'rule and outcome': (n) => [
    { rule: RULES[n % 4], outcome: 'rejected' },
    { outcome: 'rejected', '+rule': RULES[n % 4] },
  ],
  'search by subject': (n) => {
    const q = `3 new posts need your approval in Partner ${10_000 + ((n * 7) % 30_000)}`;
    return [{ q }, { subjectKey: q.toLowerCase() }];
  },
};

const column = (field) => {
  if (field === 'id') return 'id';
  return field.startsWith('+') ? `+".${field.slice(1)}"` : `".${field}"`;
};

/** The rows of a page by plain SQL. */
const rowsOf = (database, table, [, equal, ranges = {}]) => {
  const conditions = [
    ...Object.keys(equal).map((field) => `${column(field)} = ?`),
    ...Object.keys(ranges).map((field) => `${column(field)} >= ? AND ${column(field)} < ?`),
  ];
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return database
    .prepare(`SELECT document FROM ${table} ${where} ORDER BY ".decidedAt" DESC, id DESC LIMIT ?`)
    .raw()
    .all([...Object.values(equal), ...Object.values(ranges).flat(), LIMIT]);
};

const pageOf = async (url, parameters) => {
  const answer = await fetch(
    `${url}/v1/notifications?${new URLSearchParams({ limit: LIMIT, ...parameters })}`,
  );
  const body = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body;
};

/** Reads an export to its end. @returns its rows, its milliseconds, and the memory of Herald before it and at most. */
const exported = async (herald, type, parameters) => {
  const before = await herald.memory();
  let most = before;
  let rows = 0;
  let looked = 0;
  const start = performance.now();
  const query = new URLSearchParams(parameters);
  const { body } = await fetch(`${herald.url}/v1/notifications?${query}`, { headers: { accept: type } });
  for await (const chunk of body) {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) rows += 1;
    if (rows - looked < LOOK_EVERY) continue;
    looked = rows;
    most = Math.max(most, await herald.memory());
  }
  return { rows: type === 'text/csv' ? rows - 1 : rows, millis: performance.now() - start, before, most };
};

/** Rows in a second of a plain SELECT, each row as its text. */
const selected = (database, table, from) => {
  const start = performance.now();
  let rows = 0;
  let bytes = 0;
  const all = database
    .prepare(`SELECT document FROM ${table} WHERE ".decidedAt" >= ? ORDER BY ".decidedAt" DESC, id DESC`)
    .raw()
    .iterate(from);
  for (const [document] of all) {
    rows += 1;
    bytes += document.length;
  }
  if (bytes === 0) throw new Error('Nothing was read.');
  return (rows * 1_000) / (performance.now() - start);
};

export const run = () =>
  inFolder(async (folder) => {
    const count = await countFor(folder);
    const { file, collection } = await filledHistory(folder, count);
    const table = tableOf(collection);
    const database = new Database(file);
    const herald = await startChild(folder);
    const results = [];
    try {
      const add = async (work, filterOf, after) => {
        let found = 0;
        const [millis, limit] = await measured(
          async (n) => {
            found += (await pageOf(herald.url, { ...filterOf(n)[0], ...after?.(n) })).items.length;
          },
          async (n) => rowsOf(database, table, filterOf(n)),
        );
        if (found === 0) throw new Error(`${work} finds nothing.`);
        results.push({
          work: `history, ${work} (p99)`,
          herald: millis,
          limit,
          unit: 'ms',
          against: 'a keyset look-up in SQL',
        });
      };

      await add('page 1', () => [{}, {}]);

      const depth = Math.min(DEEP_PAGE, Math.floor(count / LIMIT / 2));
      const cursors = [];
      for (let n = 0; n < 20; n += 1) {
        const to = decidedAtOf(count - (depth + n) * LIMIT, count);
        cursors.push({ to, after: (await pageOf(herald.url, { to })).next });
      }
      const placeOf = (n) => cursors[n % cursors.length];
      await add(
        `page ${depth}`,
        (n) => [{}, {}, { decidedAt: ['', decidedAtOf(count - (depth + (n % 20) + 1) * LIMIT, count)] }],
        (n) => ({ after: placeOf(n).after }),
      );

      for (const [work, filterOf] of Object.entries(FILTERS)) await add(work, filterOf);
      const known = (n) => idOf((n * 7_919) % (count / 10));
      await add('search by id', (n) => [{ q: known(n) }, { id: known(n) }]);

      for (const [type, parts] of [
        ['application/x-ndjson', 1],
        ['text/csv', 10],
      ]) {
        const from = decidedAtOf(Math.floor(count - count / parts), count);
        const limit = selected(database, table, from);
        const { rows, millis, before, most } = await exported(herald, type, { from });
        if (rows !== Math.ceil(count / parts)) throw new Error(`The export has ${rows} rows.`);
        const name = type === 'text/csv' ? 'CSV' : 'NDJSON';
        results.push({
          work: `history, export as ${name}`,
          herald: (rows * 1_000) / millis,
          limit,
          unit: 'rows/s',
          against: 'a plain SELECT',
        });
        results.push({
          work: `history, memory of an export as ${name}`,
          herald: most,
          limit: before,
          unit: 'MB',
          against: 'before it',
        });
      }
      return results;
    } finally {
      database.close();
      await herald.stop();
    }
  });
