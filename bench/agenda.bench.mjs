// A tick on social accounts of which none is due, ever more of them: herald asks its agenda, the limit is the same question to the
// bare SQLite file by its index. It is flat if a million cost what ten thousand do.
import { join } from 'node:path';
import Database from 'libsql';
import { agenda } from '../dist/application/read-models/agenda/agenda.js';
import { DueAgenda } from '../dist/application/read-models/agenda/due-agenda.js';
import { ReadModels } from '../dist/application/read-models/engine/read-models.js';
import { SqliteReadModels } from '../dist/infrastructure/sqlite/sqlite-read-models.js';
import { inFolder, inTurns, line, median, QUICK } from './support.mjs';

const SIZES = QUICK ? [10_000, 100_000] : [10_000, 100_000, 1_000_000];
const CHUNK = 10_000;
const NOW = '2026-03-02T08:00:00.000Z';
const TICKS = 1_000;
const ROUNDS = 3;

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

/** A function that looks the same up by the index. */
function lookUp(database) {
  const [{ name: table }] = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%agenda%'")
    .all();
  const columnOf = (field) =>
    database.prepare('SELECT name FROM pragma_table_info(?) WHERE name LIKE ?').get(table, `%${field}%`).name;
  const [lane, column] = [columnOf('lane'), columnOf('dueAt')];
  const statement = database.prepare(
    `SELECT * FROM "${table}" WHERE "${lane}" = 'decision' AND "${column}" < ? ORDER BY "${column}" LIMIT 200`,
  );
  return () => statement.all(NOW);
}

export const run = () =>
  inFolder(async (folder) => {
    const store = new SqliteReadModels({ folder });
    const readModels = new ReadModels(store);
    await readModels.open();
    const collection = readModels.collection(agenda);
    await store.ensure(collection);
    const due = new DueAgenda(readModels);
    const tick = () => due.due('decision', NOW, 200, () => true);
    const lines = [];
    let written = 0;
    for (const accounts of SIZES) {
      for (; written < accounts; written += CHUNK) {
        const documents = Array.from({ length: CHUNK }, (_, i) => account(written + i));
        await store.write(
          collection,
          documents.map((document) => ({ id: document.id, position: '1', document, isNew: true })),
        );
      }
      const bare = new Database(join(folder, `${collection.name}.db`));
      const limit = lookUp(bare);
      await median(TICKS, tick); // compiled
      const ticks = await inTurns(
        {
          herald: () => median(TICKS, tick),
          limit: () => median(TICKS, limit),
        },
        ROUNDS,
      );
      bare.close();
      lines.push({
        ...line(`agenda-${accounts}`, 'ms', 'a look-up by the index', ticks.herald, ticks.limit),
        sizes: { herald: accounts, limit: accounts },
      });
    }
    await store.close();
    const [first, last] = [lines[0], lines.at(-1)];
    return [...lines, line('agenda-flat', 'ms', `${SIZES[0]} accounts`, [last.herald], [first.herald])];
  });
