import { setImmediate as nextTurn } from 'node:timers/promises';
import type Database from 'libsql';
import type { AppendResult } from '../../application/ports/event-store.js';
import { MAX_APPENDS_PER_COMMIT } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { writing } from './transaction.js';

interface Pending {
  readonly append: () => AppendResult;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the appends of one turn of the event loop and commits them together, because only a commit waits for the disk. Each
 * append is stored or refused on its own; each promise settles after the commit.
 */
export class GroupCommit {
  readonly #pending: Pending[] = [];
  #committing: Promise<void> | undefined;

  /**
   * @param committed called after each commit.
   * @param failed converts the database's error for a group that was not stored.
   * @param check called before each group is stored; an error refuses the group.
   */
  constructor(
    private readonly connection: Pick<Database.Database, 'exec'>,
    private readonly committed: () => void,
    private readonly failed: (error: unknown) => HeraldError,
    private readonly check: () => void = () => undefined,
  ) {}

  /**
   * @param append writes, or throws a HeraldError before it writes anything.
   * @returns what `append` returned, once it is on disk.
   * @throws what `append` threw, or the error of `failed` for the whole group.
   */
  add(append: () => AppendResult): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ append, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Resolves when everything pending is committed or refused. */
  async flush(): Promise<void> {
    await this.#committing;
  }

  async #commitAll(): Promise<void> {
    while (this.#pending.length > 0) {
      await nextTurn();
      await this.#commit(this.#pending.splice(0, MAX_APPENDS_PER_COMMIT));
    }
    this.#committing = undefined;
  }

  async #commit(group: readonly Pending[]): Promise<void> {
    try {
      const settle = await writing(this.connection, () => {
        this.check();
        return group.map(attempt);
      });
      for (const settleOne of settle) settleOne();
    } catch (error) {
      for (const { reject } of group) reject(this.failed(error));
      return;
    }
    this.committed();
  }
}

/** A refusal concerns one append; any other error is the database's, and fails the group. */
function attempt({ append, resolve, reject }: Pending): () => void {
  try {
    const result = append();
    return () => resolve(result);
  } catch (error) {
    if (error instanceof HeraldError) return () => reject(error);
    throw error;
  }
}
