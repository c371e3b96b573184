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

  constructor(readonly runner: ProjectionRunner) {}

  /** Everything in the log at the last look should be in the documents at this one. @param head the current head of the log. */
  look(head: Position | undefined): void {
    const { projector, isNewer, written = '' } = this.runner;
    const isBehind = (projector || isNewer) && this.#head !== undefined && written < this.#head;
    if (!isBehind) this.#behindSince = undefined;
    else this.#behindSince ??= performance.now();
    this.#head = head;
  }

  /** For how long the documents have been behind the log, in seconds. */
  get #behindSeconds(): number {
    const now = performance.now();
    return Math.floor((now - (this.#behindSince ?? now)) / 1_000);
  }

  /** Whether no instance writes the documents: they are of a newer version of Herald, and stand still. */
  get isLeftBehind(): boolean {
    return this.runner.isNewer && this.#behindSeconds > BEHIND_SECONDS;
  }

  /** What is wrong, each with what to do; empty while everything is well. */
  troubles(): readonly string[] {
    const { name, projector, failure } = this.runner;
    if (failure.error !== undefined) return [failure.says];
    if (this.isLeftBehind)
      return [
        `${name} is of a newer version of Herald, and no instance of that version writes it. Upgrade this instance, or run herald replay ${name} to rebuild it for this version.`,
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
