import { Logger } from '@nestjs/common';
import { LogOnce } from '../../concurrency/log-once.js';
import type { Document } from '../../ports/document-store.js';
import type { Position } from '../../ports/event-store.js';
import type { Projection } from '../../ports/projection.js';
import type { LiveProjector } from './live-projector.js';
import type { ReadModels } from './read-models.js';

/** The documents as they are at the moment. */
interface Documents {
  /** Undefined while they are not open. */
  readonly projector: LiveProjector | undefined;
  /** Whether this instance writes them. */
  readonly isWritten: boolean;
}

/**
 * Knows whether the documents of one projection are being built for the first time: until that is over they lack most of the log, and
 * nobody may take them for all of it. The pointer to the documents notes it, for other instances and for the next start.
 */
export class FirstBuild {
  readonly #logOnce = new LogOnce(new Logger('Projections'));
  #isOpened = false;
  /** Whether the documents lacked everything when they were opened, and it is not noted yet what that means. */
  #isUnbuilt = false;
  /** The head of the log when the build was noticed. */
  #upTo: Position | undefined;
  #waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(
    private readonly projection: Projection<Document>,
    private readonly readModels: ReadModels,
  ) {}

  /** Whether it is under way, or the documents are not open yet. */
  get isUnderWay(): boolean {
    return !this.#isOpened || this.#isUnbuilt || this.#isNoted;
  }

  get #isNoted(): boolean {
    return this.readModels.of(this.projection).isFirstBuild === true;
  }

  /** Resolves at the next call of `wake`. All who wait share one promise. */
  over(): Promise<void> {
    this.#waiting ??= resolvable();
    return this.#waiting.promise;
  }

  /** Tells those who wait that it is over. */
  wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  /** The store was asked for the documents. */
  opened(): void {
    this.#isOpened = true;
  }

  /** Other documents than before were opened. */
  changed(projector: LiveProjector | undefined): void {
    this.#isUnbuilt = projector !== undefined && projector.written === undefined;
  }

  /** Complete documents were swapped in. */
  replaced(): void {
    this.#isUnbuilt = false;
    this.#upTo = undefined;
  }

  /**
   * Notes whether it is under way: the documents lacked everything when they were opened, or another instance has noted it, and the log
   * has events. Never rejects: what cannot be noted now is noted by the next call.
   * @param head of the log; undefined while it is empty.
   */
  async note(head: Position | undefined, documents: Documents): Promise<void> {
    try {
      await this.#note(head, documents);
      this.#logOnce.over();
    } catch (error) {
      this.#logOnce.about(error);
    }
  }

  async #note(head: Position | undefined, { projector, isWritten }: Documents): Promise<void> {
    if (!projector) return;
    const isNoted = this.#isNoted;
    if (head === undefined) {
      // Documents of an empty log are complete.
      this.#isUnbuilt = false;
      if (isNoted && isWritten) await this.#write(false);
    } else if (this.#upTo !== undefined) {
      // A log that was restored may be shorter.
      if (head < this.#upTo) this.#upTo = head;
    } else if (isNoted || (this.#isUnbuilt && isWritten)) {
      if (!isNoted) await this.#write(true);
      this.#upTo = head;
      this.#isUnbuilt = false;
    } else if (projector.written !== undefined) {
      // Another instance writes them, and notes what they lack.
      this.#isUnbuilt = false;
    }
  }

  /** Notes that it is over once the documents are written up to the head that it began with. Never rejects: the next call tries again. */
  async noteOver(written: Position | undefined): Promise<void> {
    if (this.#upTo === undefined || (written ?? '') < this.#upTo) return;
    try {
      await this.#write(false);
      this.#upTo = undefined;
    } catch (error) {
      this.#logOnce.about(error);
    }
  }

  #write(isFirstBuild: boolean): Promise<void> {
    return this.readModels.noteFirstBuild(this.projection, isFirstBuild);
  }
}

const resolvable = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};
