import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Document } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Body, Projection, Read, Target } from '../../ports/projection.js';
import { type Exceptions, streamUnit } from '../parking/exceptions.js';
import type { DocumentBuffer, Entry } from './document-buffer.js';

/** Documents folded between two turns of the event loop. */
const PAGE = 500;

/** Above this number of documents in memory, those loaded for one event are written and evicted at once. */
const MANY = 20 * PAGE;

interface Step {
  readonly event: StoredEvent;
  readonly target: Target;
  readonly reads: readonly string[];
}

/** An event whose targets cannot be determined. */
interface Failure {
  readonly event: StoredEvent;
  readonly failure: unknown;
}

/** Folds events into the documents of one projection in memory. */
export class Folding<D extends Document> {
  readonly #read: Read<D> = (id) => this.set.get(id);

  /**
   * @param spill writes and evicts documents of an event that concerns very many.
   */
  constructor(
    private readonly projection: Projection<D>,
    private readonly set: DocumentBuffer<D>,
    private readonly exceptions: Exceptions,
    private readonly spill: (entries: readonly Entry<D>[]) => Promise<void>,
  ) {}

  /**
   * Folds events in order. Documents that they concern by id are fetched together.
   * @param folded called after each event.
   * @throws PoisonEvent at an event that cannot be folded, unless that parks a document; then nothing of the event was folded,
   * except for one that concerns very many documents.
   */
  async fold(events: readonly StoredEvent[], folded: (event: StoredEvent) => void): Promise<void> {
    const missing = new Set<string>();
    const steps = events.map((event) => this.#plan(event, missing));
    await this.set.fetch(missing);
    for (const step of steps) {
      if (!this.#isPassedOver(step)) await this.#fold(step);
      folded(step.event);
    }
  }

  #plan(event: StoredEvent, missing: Set<string>): Step | Failure {
    const { projection, set } = this;
    try {
      const target = projection.target(event);
      const reads = projection.reads?.(event) ?? [];
      for (const id of [...(target.ids ?? []), ...reads]) if (!set.has(id)) missing.add(id);
      return { event, target, reads };
    } catch (failure) {
      return { event, failure };
    }
  }

  /** True if it is skipped on record, or its stream is parked. */
  #isPassedOver({ event }: Step | Failure): boolean {
    const unit = streamUnit(event);
    if (this.exceptions.isSkipped(unit, event)) return true;
    if (!this.exceptions.isParked(unit)) return false;
    this.exceptions.wait(unit, event);
    return true;
  }

  async #fold(step: Step | Failure): Promise<void> {
    if ('failure' in step) this.exceptions.park(streamUnit(step.event), step.event, step.failure);
    else if (step.target.where) await this.#foldIntoMany(step, step.target.where);
    else this.#foldInto(step, step.target.ids ?? [], this.#read);
  }

  /**
   * Page by page: other work runs in between, and memory stays constant. Documents written before the event is folded
   * completely are ahead of the checkpoint, so a repetition of the event does not change them.
   */
  async #foldIntoMany(step: Step, where: NonNullable<Target['where']>): Promise<void> {
    // In their state before the event, which may change documents that are looked up.
    const before = new Map(step.reads.map((id) => [id, this.set.get(id)]));
    const read: Read<D> = (id) => (before.has(id) ? before.get(id) : this.set.get(id));
    const here = [...new Set([...(step.target.ids ?? []), ...this.set.matching(where)])];
    const done = new Set(here);
    for (let n = 0; n < here.length; n += PAGE) {
      if (n > 0) await nextTurn();
      this.#foldInto(step, here.slice(n, n + PAGE), read);
    }
    let isFirst = true;
    for await (const { ids, fetched, isLast } of this.set.fetchMatching(where)) {
      this.#foldInto(
        step,
        ids.filter((id) => !done.has(id)),
        read,
      );
      if (isFirst && isLast && this.set.size < MANY) return;
      isFirst = false;
      await this.spill(fetched);
      await nextTurn();
    }
  }

  /** All targets see the others as they were before the event, so their order does not matter. */
  #foldInto({ event, reads }: Step, ids: readonly string[], read: Read<D>): void {
    const { set } = this;
    const after: [Entry<D>, Body<D> | undefined][] = [];
    for (const id of ids) {
      const entry = set.entry(id);
      if (entry.hasSeen(event.position) || this.#isLeftAsItIs(id, event, reads)) continue;
      try {
        after.push([entry, this.projection.evolve(entry.body, event, id, read)]);
      } catch (error) {
        this.exceptions.park(id, event, error);
      }
    }
    for (const [entry, body] of after) set.put(entry, body, event);
  }

  #isLeftAsItIs(id: string, event: StoredEvent, reads: readonly string[]): boolean {
    const { exceptions } = this;
    if (exceptions.isSkipped(id, event)) return true;
    if (exceptions.isParked(id)) {
      exceptions.wait(id, event);
      return true;
    }
    const waitsFor = reads.find((one) => exceptions.isParked(one));
    if (waitsFor === undefined) return false;
    exceptions.park(id, event, `It depends on ${waitsFor}, which is parked.`, { waitsFor });
    return true;
  }
}
