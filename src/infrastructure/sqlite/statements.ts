import type Database from 'libsql';
import type { SqlStatement } from './conditions.js';
import { documentFailure } from './failures.js';
import { writing } from './transaction.js';

/** Runs statements on one file, in one transaction. */
export interface StatementRunner {
  /**
   * Resolves when all are committed; nothing is written otherwise.
   * @throws HeraldError `document-store-unavailable` when the file fails; SQLite's error for a statement that is wrong.
   */
  run(statements: readonly SqlStatement[]): Promise<void>;
  /** Forgets the prepared statements: a table was dropped. */
  forget(): void;
  /** Call it after the last `run`. */
  close(): Promise<void>;
}

/** Statements of one connection, prepared once each. */
export class PreparedStatements {
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(private readonly database: Database.Database) {}

  of(sql: string): Database.Statement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }

  clear(): void {
    this.#prepared.clear();
  }
}

/** Runs statements over a connection of this thread. The connection belongs to the one who has opened it. */
export class ConnectionRunner implements StatementRunner {
  constructor(
    private readonly database: Database.Database,
    private readonly prepared: PreparedStatements,
    private readonly file: string,
  ) {}

  async run(statements: readonly SqlStatement[]): Promise<void> {
    try {
      await writing(this.database, () => {
        for (const { sql, parameters } of statements) this.prepared.of(sql).run([...parameters]);
      });
    } catch (error) {
      throw documentFailure(this.file, error);
    }
  }

  forget(): void {
    this.prepared.clear();
  }

  async close(): Promise<void> {}
}
