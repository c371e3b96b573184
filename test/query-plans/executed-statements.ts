import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { vi } from 'vitest';

/** A statement that Herald has run, and the steps of SQLite's plan of it. */
export interface Executed {
  readonly sql: string;
  readonly steps: readonly string[];
}

type Prepare = (this: Database.Database, sql: string) => Database.Statement;

const PLANNED = /^\s*(SELECT|WITH|UPDATE|DELETE|INSERT)\b/i;

/** Watches the statements that all connections of this process run: what is tested is what Herald sends, and no copy of it. */
export function watchStatements() {
  const executed: string[] = [];
  const prepare = Database.prototype.prepare as Prepare;
  const spy = vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (
    this: Database.Database,
    sql: string,
  ) {
    const statement = prepare.call(this, sql);
    for (const method of ['all', 'get', 'run'] as const) {
      const run = statement[method].bind(statement) as (...parameters: unknown[]) => unknown;
      const watched = (...parameters: unknown[]) => {
        executed.push(sql);
        return run(...parameters);
      };
      Object.assign(statement, { [method]: watched });
    }
    return statement;
  });
  return {
    /** The plans, on the files of a folder, of what has run while `work` did, also in the background. */
    during: async (folder: string, work: () => Promise<unknown>): Promise<readonly Executed[]> => {
      const before = executed.length;
      await work();
      const run = new Set(executed.slice(before).filter((sql) => PLANNED.test(sql)));
      return [...run].map((sql) => ({ sql, steps: stepsOf(folder, sql) }));
    },
    stop: () => spy.mockRestore(),
  };

  /** The plan in that file of the folder which has the tables of the statement. */
  function stepsOf(folder: string, sql: string): readonly string[] {
    let failure: unknown;
    for (const file of databasesIn(folder)) {
      const connection = new Database(file);
      try {
        const rows = prepare.call(connection, `EXPLAIN QUERY PLAN ${sql}`).raw().all() as unknown[][];
        return rows.map((row) => String(row[3]));
      } catch (error) {
        failure = error;
      } finally {
        connection.close();
      }
    }
    throw failure;
  }
}

const databasesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.db'))
    .map((name) => join(folder, name));
