import type Database from 'libsql';
import type { Collection } from '../../application/ports/document-store.js';
import { keptFieldsOf, searchedFieldsOf } from '../documents/index-parts.js';
import { indexedFields, indexedValue } from '../documents/indexed-fields.js';
import { TOMBSTONE } from '../documents/tombstones.js';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** SQLite ignores case in names, so an upper-case letter is prefixed with `^`: two collections never share a table. */
const nameOf = ({ name }: Collection): string =>
  `documents ${name.replace(/[\^A-Z]/g, (letter) => `^${letter}`)}`;

/** The quoted name of the collection's table. */
export const tableOf = (collection: Collection): string => quote(nameOf(collection));

/** Whether the collection has a table. */
export function hasTable(database: Database.Database, collection: Collection): boolean {
  const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  return found.raw().all(nameOf(collection)).length > 0;
}

/** Conditions that distinguish documents from the tombstones of removed ones. */
export const IS_TOMBSTONE = `document = '${TOMBSTONE}'`;
export const IS_THERE = `document <> '${TOMBSTONE}'`;

/** The quoted name of a field's column. The dot avoids conflicts with the store's own columns `id` and `document`. */
export const columnOf = (field: string): string => quote(`.${field}`);

/** The column to find documents by: the id has one of its own. */
export const searchedColumnOf = (field: string): string => (field === 'id' ? 'id' : columnOf(field));

/** The values of the collection's columns for one document, in the order of `indexedFields`. */
export const columnValues = (collection: Collection, document: object): (string | number | null)[] =>
  indexedFields(collection).map((field) => indexedValue((document as Record<string, unknown>)[field]));

/**
 * Creates the table and its missing columns and indexes, and fills new columns. Call it within a transaction. Columns and
 * indexes that are no longer declared stay: they cost little, and are dropped with the table.
 */
export function ensureTable(database: Database.Database, collection: Collection): void {
  const table = tableOf(collection);
  database.exec(`CREATE TABLE IF NOT EXISTS ${table}
    (id TEXT NOT NULL PRIMARY KEY, position TEXT NOT NULL, document TEXT NOT NULL)`);
  const present = columnsOf(database, table);
  const missing = indexedFields(collection).filter((field) => !present.has(columnOf(field)));
  // The columns have no type: text stays text and a number a number, so '5' and 5 differ as they do in JSON.
  for (const field of missing) database.exec(`ALTER TABLE ${table} ADD COLUMN ${columnOf(field)}`);
  if (missing.length > 0) fill(database, { name: collection.name, indexes: [missing] });
  for (const fields of collection.indexes) {
    const index = quote(indexOf(table, fields));
    const columns = [
      ...searchedFieldsOf(fields).map(columnOf),
      'id',
      ...keptFieldsOf(fields).map(columnOf),
    ].join(', ');
    database.exec(`CREATE INDEX IF NOT EXISTS ${index} ON ${table} (${columns})`);
  }
  if (!collection.hasTombstones) return;
  const tombstones = quote(`tombstones ${table}`);
  database.exec(`CREATE INDEX IF NOT EXISTS ${tombstones} ON ${table} (position) WHERE ${IS_TOMBSTONE}`);
}

/** The declared indexes that the table lacks. */
export function missingIndexesOf(database: Database.Database, collection: Collection): string[] {
  const table = tableOf(collection);
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'index'").raw().all() as [
    string,
  ][];
  const present = new Set(rows.map(([name]) => name));
  return collection.indexes
    .filter((fields) => !present.has(indexOf(table, fields)))
    .map((fields) => fields.join(', '));
}

const indexOf = (table: string, fields: readonly string[]): string =>
  `index ${JSON.stringify([table, ...fields])}`;

const columnsOf = (database: Database.Database, table: string): Set<string> => {
  const rows = database.prepare(`PRAGMA table_info(${table})`).raw().all() as [number, string][];
  return new Set(rows.map(([, name]) => quote(name)));
};

// In JavaScript and not with json_extract, so that an old document gets exactly the value of a new write: SQLite reads some
// decimals slightly differently, and would convert true to 1.
function fill(database: Database.Database, collection: Collection): void {
  const table = tableOf(collection);
  const read = database
    .prepare(`SELECT rowid, document FROM ${table} WHERE rowid > ? AND ${IS_THERE} ORDER BY rowid LIMIT 1000`)
    .raw();
  const assignments = indexedFields(collection).map((field) => `${columnOf(field)} = ?`);
  const update = database.prepare(`UPDATE ${table} SET ${assignments.join(', ')} WHERE rowid = ?`);
  const readAfter = (rowid: number) => read.all([rowid]) as [number, string][];
  for (let rows = readAfter(0); rows.length > 0; rows = readAfter(rows.at(-1)?.[0] ?? 0))
    for (const [rowid, document] of rows)
      update.run([...columnValues(collection, JSON.parse(document) as object), rowid]);
}
