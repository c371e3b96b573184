import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppendResult } from '../../application/ports/event-store.js';
import { MAX_APPENDS_PER_COMMIT } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { Append, LogCommitter } from './log-committer.js';

interface Pending {
  readonly append: Append;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the appends of one turn of the event loop, and those that arrive while others are committed, and commits them
 * together, because only a commit waits for the disk. Each append is stored or refused on its own; each promise settles after the
 * commit.
 */
export class GroupCommit {
  readonly #pending: Pending[] = [];
  #committing: Promise<void> | undefined;

  /** @param committed called after each commit. */
  constructor(
    private readonly committer: LogCommitter,
    private readonly committed: () => void,
  ) {}

  /**
   * @returns the result of the append, once it is on disk.
   * @throws the refusal of this append, or what `committer` threw for the whole group.
   */
  add(append: Append): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ append, resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Commits or refuses everything pending, and closes the committer. */
  async close(): Promise<void> {
    await this.#committing;
    await this.committer.close();
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
      const results = await this.committer.commit(group.map(({ append }) => append));
      for (const [n, { resolve, reject }] of group.entries()) {
        const result = results[n];
        if (result === undefined || result instanceof HeraldError) reject(result);
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    this.committed();
  }
}
