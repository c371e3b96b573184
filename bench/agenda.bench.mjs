// A tick on a million social accounts of which none is due: herald asks its agenda, the limit is the same question to
// the bare SQLite file by its index.
import { join } from 'node:path';
import Database from 'libsql';
import { agenda } from '../dist/application/read-models/agenda/agenda.js';
import { DueAgenda } from '../dist/application/read-models/agenda/due-agenda.js';
import { ReadModels } from '../dist/application/read-models/engine/read-models.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { inFolder, median } from './support.mjs';

const ACCOUNTS = Number(process.env.HERALD_BENCH_ACCOUNTS ?? 1_000_000);
const CHUNK = 10_000;
const NOW = '2026-03-02T08:00:00.000Z';

const account = (n) => {
  const id = `account:a${n}`;
  const dueAt = new Date(Date.parse(NOW) + 60_000 + n * 1_000).toISOString();
  return {
    id,
    position: '1',
    kind: 'account',
    accountId: `a${n}`,
    partnerId: `p${n % 50_000}`,
    lane: 'decision',
    dueAt,
    next: [],
  };
};

export const run = () =>
  inFolder(async (folder) => {
    const store = new SqliteReadModels({ folder });
    const readModels = new ReadModels(store);
    await readModels.open();
    const collection = readModels.collection(agenda);
    await store.ensure(collection);
    for (let n = 0; n < ACCOUNTS; n += CHUNK) {
      const documents = Array.from({ length: CHUNK }, (_, i) => account(n + i));
      await store.write(
        collection,
        documents.map((document) => ({ id: document.id, position: '1', document })),
      );
    }
    const due = new DueAgenda(readModels);
    const herald = await median(1_000, () => due.due('decision', NOW, 200, () => true));
    const bare = new Database(join(folder, `${collection.name}.db`));
    const [{ name: table }] = bare
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%agenda%'")
      .all();
    const columnOf = (field) =>
      bare.prepare('SELECT name FROM pragma_table_info(?) WHERE name LIKE ?').get(table, `%${field}%`).name;
    const [lane, column] = [columnOf('lane'), columnOf('dueAt')];
    const statement = bare.prepare(
      `SELECT * FROM "${table}" WHERE "${lane}" = 'decision' AND "${column}" < ? ORDER BY "${column}" LIMIT 200`,
    );
    const limit = await median(1_000, () => statement.all(NOW));
    bare.close();
    await store.close();
    return [{ work: 'agenda', herald, limit, unit: 'ms' }];
  });
