import { MAX_PARKED_DOCUMENTS } from '../../../domain/bounds.js';
import type { Position } from '../../ports/event-store.js';
import type { ProjectionRunner } from './projection-runner.js';

/** Documents behind the log for longer than this, in seconds, degrade the health. */
const BEHIND_SECONDS = 10;

/** Problems of one projection that need an operator; from memory. */
export class ProjectionHealth {
  /** The head of the log at the last look. */
  #head: Position | undefined;
  /** Since when the documents have been behind the log, by the monotonic clock. */
  #behindSince: number | undefined;
  /** When they were last looked at, by the monotonic clock. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** For how long they had been behind the log at the last look, in seconds. */
  #behindSeconds = 0;
  /** Whether they were of a newer version of Herald at the last look, and up to where they were written. */
  #newer: { readonly written: Position } | undefined;

  constructor(readonly runner: ProjectionRunner) {}

  /** Everything in the log at the last look should be in the documents at this one. @param head the current head of the log. */
  look(head: Position | undefined): void {
    const { projector, isNewer, written = '' } = this.runner;
    const isBehind = (projector || isNewer) && this.#head !== undefined && written < this.#head;
    // Newer documents that another instance writes may be behind for longer; what stands still has no writer.
    const hasMoved =
      isNewer !== (this.#newer !== undefined) || (this.#newer && this.#newer.written < written);
    const now = performance.now();
    // After a time in which nobody could look, what another instance has written meanwhile is not known.
    const hasMissed = isNewer && now - this.#lookedAt > BEHIND_SECONDS * 1_000;
    this.#lookedAt = now;
    if (!isBehind) this.#behindSince = undefined;
    else if (hasMoved || hasMissed) this.#behindSince = now;
    else this.#behindSince ??= now;
    this.#behindSeconds = Math.floor((now - (this.#behindSince ?? now)) / 1_000);
    this.#newer = isNewer ? { written } : undefined;
    this.#head = head;
  }

  /** Whether no instance writes the documents: they are of a newer version of Herald, and stand still. */
  get hasNoWriter(): boolean {
    return this.runner.isNewer && this.#behindSeconds > BEHIND_SECONDS;
  }

  /** What is wrong, each with what to do; empty while everything is well. */
  troubles(): readonly string[] {
    const { name, projector, failure } = this.runner;
    if (failure.error !== undefined) return [failure.says];
    if (this.hasNoWriter)
      return [
        `The read model ${name} belongs to a newer version of Herald, and no instance of that version writes it. Upgrade this instance, or run herald replay ${name} to rebuild it for this version.`,
      ];
    if (!projector) return [];
    if (projector.parked)
      return [
        `${name} has stopped: ${MAX_PARKED_DOCUMENTS} of its documents are parked, which is the limit. Fix their common cause, then run: herald retry ${name}`,
      ];
    const troubles: string[] = [];
    const count = projector.parking.all.length;
    if (count > 0)
      troubles.push(
        `${count} documents of ${name} are parked: run herald parked list to see why, then herald parked retry or herald parked skip.`,
      );
    const seconds = this.#behindSeconds;
    if (seconds > BEHIND_SECONDS)
      troubles.push(
        `${name} has been behind its log for ${seconds} s. Check the log and the store of the read models.`,
      );
    return troubles;
  }
}
