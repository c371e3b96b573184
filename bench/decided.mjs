// A history of very many decisions, in the file and the format of Herald's own read model, written as fast as SQLite takes it.
import Database from 'libsql';
import { SortedFields } from '../dist/application/read-models/engine/sorted-fields.js';
import { indexedFields } from '../dist/infrastructure/documents/indexed-fields.js';
import { columnOf, columnValues, tableOf } from '../dist/infrastructure/sqlite/document-table.js';
import { decisionDocument } from './decision-document.mjs';

const YEAR = 365 * 86_400_000;
const CHUNK = 20_000;

export const NOW = '2026-03-03T08:00:00.000Z';
export const PEOPLE = 200_000;
export const PARTNERS = 40_000;
export const ACCOUNTS = 100_000;
export const SOLUTIONS = 20;
export const RULES = [
  'content-needs-approval',
  'no-social-media-content',
  'settings-update-required',
  'account-expired',
];
const REASONS = ['opted-out', 'not-entitled', 'no-reachable-recipient'];

/** Of a hundred mails, so many have each outcome. */
const OUTCOMES = [
  ...Array.from({ length: 60 }, () => 'delivered'),
  ...Array.from({ length: 33 }, () => 'accepted'),
  ...['bounced', 'bounced', 'bounced', 'rejected', 'rejected', 'superseded', 'complained'],
];

/** Numbers that look random and follow from n, each n another one. */
const mixed = (n) => {
  let m = Math.imul(n ^ 0x9e3779b9, 0x85ebca6b);
  m = Math.imul(m ^ (m >>> 13), 0xc2b2ae35);
  return (m ^ (m >>> 16)) >>> 0;
};

const hex = (n) => n.toString(16).padStart(8, '0');

/** The id of the n-th decision, in no order, as ids are that are made of hashes. */
export const idOf = (n) => {
  const [a, b] = [hex(mixed(n)), hex(mixed(n + 0x5bd1e995))];
  return `${a}-${b.slice(0, 4)}-5${b.slice(4, 7)}-8000-${String(n).padStart(12, '0')}`;
};

/** So many decisions are made in one go, and differ in their ids and in the last digit of their times only. */
const COPIES = 10;

/** When the n-th of `count` decisions was made: evenly over the year before NOW, ten each within some milliseconds. */
export const decidedAtOf = (n, count) =>
  `${secondsOf(Math.floor(n / COPIES), count / COPIES)}.00${n % COPIES}Z`;

const secondsOf = (n, count) =>
  new Date(Date.parse(NOW) - YEAR + Math.floor((n * YEAR) / count)).toISOString().slice(0, 19);

/** The fields in the order in which Herald writes them; the two kinds have different ones. */
const sorted = { raised: new SortedFields(), withheld: new SortedFields() };

const decision = (n, count) => {
  const some = mixed(n * 7 + 3);
  const reason = some % 5 === 0 ? REASONS[(some >>> 9) % REASONS.length] : undefined;
  const partner = some % PARTNERS;
  return sorted[reason === undefined ? 'raised' : 'withheld'].apply({
    ...decisionDocument({
      id: idOf(n),
      rule: RULES[(some >>> 4) % RULES.length],
      reason,
      outcome: OUTCOMES[(some >>> 6) % OUTCOMES.length],
      decidedAt: `${secondsOf(n, count)}.000Z`,
      person: some % PEOPLE,
      partner,
      solution: partner % SOLUTIONS,
      account: some % ACCOUNTS,
      posts: (some % 7) + 1,
    }),
    position: String(n + 1).padStart(20, '0'),
  });
};

/**
 * Fills the file of a collection that Herald has created. A tenth of the rows are made here, and nine copies of each by SQLite, one after
 * the other in the order of their times. The indexes are those that Herald has made, built again once all rows are there.
 * @param count a multiple of ten.
 */
export function writeHistory(file, collection, count) {
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000;');
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .raw()
    .all();
  for (const [name] of indexes) database.exec(`DROP INDEX "${name.replaceAll('"', '""')}"`);

  const columns = ['id', 'position', 'document', ...indexedFields(collection).map(columnOf)];
  database.exec(`CREATE TEMP TABLE made (${columns.join(', ')})`);
  const insert = database.prepare(`INSERT INTO made VALUES (${columns.map(() => '?').join(', ')})`);
  const made = count / COPIES;
  for (let from = 0; from < made; from += CHUNK) {
    database.exec('BEGIN');
    for (let n = from; n < Math.min(from + CHUNK, made); n += 1) {
      const document = decision(n, made);
      insert.run(
        document.id,
        document.position,
        JSON.stringify(document),
        ...columnValues(collection, document),
      );
    }
    database.exec('COMMIT');
  }

  const id = "replace(id, '-8000-', '-800' || copy.n || '-')";
  const decidedAt = `substr(".decidedAt", 1, 22) || copy.n || 'Z'`;
  const copied = {
    id,
    document: `json_replace(document, '$.id', ${id}, '$.notificationId', ${id}, '$.decidedAt', ${decidedAt})`,
    '".decidedAt"': decidedAt,
  };
  database.exec(`INSERT INTO ${tableOf(collection)} (${columns.join(', ')})
    SELECT ${columns.map((column) => copied[column] ?? column).join(', ')}
    FROM made CROSS JOIN (SELECT value AS n FROM json_each('[0,1,2,3,4,5,6,7,8,9]')) AS copy`);
  database.exec('DROP TABLE made');
  for (const [, sql] of indexes) database.exec(sql);
  database.exec('PRAGMA journal_mode = WAL;');
  database.close();
}
