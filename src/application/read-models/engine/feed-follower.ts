import type { EventStore, Position, StoredEvent } from '../../ports/event-store.js';
import { EventBuffer } from './event-buffer.js';
import type { LiveProjector } from './live-projector.js';

/** Events per read for a projection that is behind the feed; other work runs in between. */
const READ_AT_A_TIME = 500;

/**
 * Folds the shared feed into the documents of one projection. If they are further behind than the buffer holds, or a store has
 * failed, it reads the log until they have reached the feed.
 */
export class FeedFollower {
  readonly #buffer = new EventBuffer();
  /** The position of the feed. */
  #fed: Position = '';
  /** Up to where `folded` was called; undefined until the feed begins. */
  #passed: Position | undefined;

  /**
   * @param folded called with events once they are folded, or where it is not for this instance to fold them, some of them more than once;
   * undefined where nobody needs to know.
   */
  constructor(
    private readonly log: EventStore,
    private readonly folded: ((events: readonly StoredEvent[]) => void) | undefined,
    /** Whether work on these documents must stop. */
    private readonly isOver: (projector: LiveProjector) => boolean,
  ) {}

  /** Restarts the feed after this position. */
  begin(position: Position | undefined, projector: LiveProjector | undefined): void {
    this.#fed = position ?? '';
    const begun = projector ? (projector.position ?? '') : this.#fed;
    // Without documents there is no place to go on from: they were made of another log, or never.
    if (!projector || this.#passed === undefined || this.#passed > begun) this.#passed = begun;
    this.#buffer.detach();
    if (projector && this.isAtFeed(projector)) this.#buffer.attach();
  }

  /** Receives a batch of the feed. @param isFolding whether this instance folds it. */
  offer(events: readonly StoredEvent[], isFolding: boolean): void {
    const after = this.#fed;
    this.#fed = events.at(-1)?.position ?? after;
    if (isFolding) this.#buffer.add(after, events);
    else this.#pass(events);
  }

  /** Whether the next batch of this size fits; true if it would not be buffered. */
  hasRoomFor(count: number): boolean {
    return this.#buffer.hasRoomFor(count);
  }

  /** Whether the documents contain everything from the feed. */
  isAtFeed({ position = '' }: LiveProjector): boolean {
    return position >= this.#fed;
  }

  /** Whether there is nothing to do until the feed brings more. */
  isDone(projector: LiveProjector): boolean {
    return this.isAtFeed(projector) && !this.#isAheadOfPassed(projector);
  }

  /** Drops the buffer; its events are read from the log again. */
  detach(): void {
    this.#buffer.detach();
  }

  /** Hands the buffered events on without folding them here. */
  passOn(): void {
    for (let events = this.#buffer.take(); events.length > 0; events = this.#buffer.take())
      this.#pass(events);
    this.#buffer.detach();
  }

  /** Folds the next events. @returns false if the log has no more although the feed is further; it may have them in a moment. */
  async foldNext(projector: LiveProjector): Promise<boolean> {
    await projector.recover();
    if (this.#isAheadOfPassed(projector)) {
      await this.#passBetween(projector);
      return true;
    }
    if (this.isAtFeed(projector)) {
      this.passOn();
      this.#buffer.attach();
      return true;
    }
    const { after } = this.#buffer;
    // Never across a gap: after a failed write the documents are behind the buffer.
    if (after === undefined || after > (projector.position ?? '')) {
      this.#buffer.detach();
      const hasRead = await this.#readOn(projector, { maxCount: READ_AT_A_TIME });
      if (this.isAtFeed(projector)) this.#buffer.attach();
      return hasRead;
    }
    const events = this.#buffer.take();
    if (await projector.fold(events)) this.#pass(events);
    return true;
  }

  /** Folds everything up to the feed, and up to a position that it may not have reached yet. */
  async catchUp(projector: LiveProjector, atLeast: Position = ''): Promise<void> {
    await projector.recover();
    await this.#readOn(projector, { atLeast });
    if (projector.isUnwritten) await projector.flush();
  }

  /** @returns whether there was anything to fold. */
  async #readOn(
    projector: LiveProjector,
    { maxCount, atLeast = '' }: { readonly maxCount?: number; readonly atLeast?: Position },
  ): Promise<boolean> {
    const from = projector.position;
    const isThere = () => this.isAtFeed(projector) && (projector.position ?? '') >= atLeast;
    const isDone = () => isThere() || !!projector.parked || this.isOver(projector);
    if (isDone()) return true;
    const options = { ...(from === undefined ? {} : { from }), ...(maxCount ? { maxCount } : {}) };
    for await (const batch of this.log.readAll(options)) {
      const seen = projector.position ?? '';
      // Back at its checkpoint: what comes next in this read would leave a gap.
      if (!(await projector.fold(batch)))
        return this.#readOn(projector, { ...(maxCount ? { maxCount } : {}), atLeast });
      this.#pass(batch.filter(({ position }) => position > seen));
      if (isDone()) break;
    }
    return projector.position !== from;
  }

  #pass(events: readonly StoredEvent[]): void {
    const last = events.at(-1);
    if (!this.folded || !last) return;
    this.folded(events);
    if (this.#passed !== undefined && last.position > this.#passed) this.#passed = last.position;
  }

  /** Whether the documents replaced others that had stopped, so that events in between were not announced. */
  #isAheadOfPassed({ position = '' }: LiveProjector): boolean {
    return this.folded !== undefined && this.#passed !== undefined && position > this.#passed;
  }

  /** Reads on in the log, behind what was passed on last. */
  async #passBetween({ position: end = '' }: LiveProjector): Promise<void> {
    const passed = this.#passed ?? '';
    const from = passed === '' ? {} : { from: passed };
    for await (const batch of this.log.readAll({ ...from, maxCount: READ_AT_A_TIME })) {
      this.#pass(batch.filter(({ position }) => position > passed && position <= end));
    }
    // Where the log has no event in between.
    if (this.#passed === passed) this.#passed = end;
  }
}
