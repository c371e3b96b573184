import { setImmediate } from 'node:timers';
import type Database from 'libsql';
import type { AppendResult } from '../../application/event-store.js';
import { HeraldError } from '../../domain/herald-error.js';

interface Pending {
  readonly append: () => AppendResult;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Keeps one transaction short enough that timers and requests are not held up for long. */
const MAX_GROUP = 500;

/**
 * Gathers the appends of one turn of the event loop and commits them together, because a commit waits for the disk and
 * an append does not. Each is stored or refused on its own; each promise settles after the commit.
 */
export class GroupCommit {
  #pending: Pending[] = [];

  /**
   * @param committed called after each commit.
   * @param failed makes the error for a group of which nothing was stored from the error of the database.
   */
  constructor(
    private readonly connection: Pick<Database.Database, 'exec'>,
    private readonly committed: () => void,
    private readonly failed: (error: unknown) => HeraldError,
  ) {}

  /**
   * @param append writes, or throws a HeraldError before it writes anything.
   * @returns what `append` returned, once it is on disk.
   * @throws what `append` threw, or the error of `failed` for the whole group.
   */
  add(append: () => AppendResult): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ append, resolve, reject });
      if (this.#pending.length === 1) setImmediate(() => this.#commitGroup());
    });
  }

  /** Commits all that is pending now. */
  flush(): void {
    while (this.#pending.length > 0) this.#commitGroup();
  }

  #commitGroup(): void {
    const group = this.#pending.splice(0, MAX_GROUP);
    if (this.#pending.length > 0) setImmediate(() => this.#commitGroup());
    if (group.length === 0) return;
    try {
      this.connection.exec('BEGIN IMMEDIATE');
      const settle = group.map(attempt);
      this.connection.exec('COMMIT');
      for (const settleOne of settle) settleOne();
    } catch (error) {
      this.#rollBack();
      for (const { reject } of group) reject(this.failed(error));
      return;
    }
    this.committed();
  }

  #rollBack(): void {
    try {
      this.connection.exec('ROLLBACK');
    } catch {
      // No transaction is open any more: SQLite has rolled back by itself.
    }
  }
}

/** A refusal concerns one append; anything else is the database's and ends the group. */
function attempt({ append, resolve, reject }: Pending): () => void {
  try {
    const result = append();
    return () => resolve(result);
  } catch (error) {
    if (error instanceof HeraldError) return () => reject(error);
    throw error;
  }
}
