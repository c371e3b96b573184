import type Database from 'libsql';
import type { CheckedEvent } from '../../application/ports/checked-append.js';
import type { AppendResult, ExpectedRevision } from '../../application/ports/event-store.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { unavailable } from './log-file.js';
import type { LogWriter } from './log-writer.js';
import type { OpenedFile } from './opened-file.js';
import { writing } from './transaction.js';

/** Events for one stream, all or none. */
export interface Append {
  readonly stream: string;
  readonly events: readonly CheckedEvent[];
  readonly expected: ExpectedRevision;
}

/** Stores appends in one transaction. */
export interface LogCommitter {
  /**
   * @returns for each append its result, or the HeraldError that refuses it alone; all are on disk.
   * @throws HeraldError for the whole group: `event-store-unavailable`, `log-replaced`.
   */
  commit(appends: readonly Append[]): Promise<readonly (AppendResult | HeraldError)[]>;
  /** Call it after the last commit. */
  close(): Promise<void>;
}

/** Stores appends over a connection of this thread. */
export class ConnectionCommitter implements LogCommitter {
  constructor(
    private readonly connection: Pick<Database.Database, 'exec'>,
    private readonly writer: Pick<LogWriter, 'append'>,
    private readonly file: string,
    private readonly opened: Pick<OpenedFile, 'requireInPlace'>,
  ) {}

  async commit(appends: readonly Append[]): Promise<readonly (AppendResult | HeraldError)[]> {
    try {
      return await writing(this.connection, () => {
        this.opened.requireInPlace();
        return appends.map((append) => this.#attempt(append));
      });
    } catch (error) {
      throw error instanceof HeraldError ? error : unavailable(this.file, error);
    }
  }

  /** The connection belongs to the one who has opened it. */
  async close(): Promise<void> {}

  /** A refusal concerns one append; any other error is the database's, and fails the group. */
  #attempt({ stream, events, expected }: Append): AppendResult | HeraldError {
    try {
      return this.writer.append(stream, events, expected);
    } catch (error) {
      if (error instanceof HeraldError) return error;
      throw error;
    }
  }
}
