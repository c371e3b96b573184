import { HeraldError, messageOf } from '../../domain/herald-error.js';
import type { Document } from '../document-store.js';
import type { StoredEvent } from '../event-store.js';
import type { Body, Projection, Read, Target } from './projection.js';
import type { Entry, WorkingSet } from './working-set.js';

/** An event that a projection cannot fold. */
export class PoisonEvent extends HeraldError {
  constructor(
    readonly event: StoredEvent,
    cause: unknown,
  ) {
    super('poison-event', messageOf(cause));
  }
}

interface Step {
  readonly event: StoredEvent;
  readonly target: Target;
}

/** Folds events into the documents of one projection that are in memory. */
export class Folding<D extends Document> {
  readonly #read: Read<D> = (id) => this.set.get(id);

  constructor(
    private readonly projection: Projection<D>,
    private readonly set: WorkingSet<D>,
  ) {}

  /**
   * Folds events in order. Documents that they concern by id are fetched together.
   * @param folded called after each event.
   * @throws PoisonEvent at an event that the projection cannot fold; nothing of it was folded then.
   */
  async fold(events: readonly StoredEvent[], folded: (event: StoredEvent) => void): Promise<void> {
    const missing = new Set<string>();
    const { steps, poison } = this.#plan(events, missing);
    await this.set.fetch(missing);
    for (const { event, target } of steps) {
      if (target.where) await this.#foldIntoMany(event, target.ids, target.where);
      else this.#foldInto(event, target.ids ?? []);
      folded(event);
    }
    if (poison) throw poison;
  }

  /** What is to be folded into what, up to the first event of which that cannot be said. */
  #plan(events: readonly StoredEvent[], missing: Set<string>) {
    const { projection, set } = this;
    const steps: Step[] = [];
    for (const event of events)
      try {
        const target = projection.target(event);
        for (const id of target.ids ?? []) if (!set.has(id)) missing.add(id);
        for (const id of projection.reads?.(event) ?? []) if (!set.has(id)) missing.add(id);
        steps.push({ event, target });
      } catch (error) {
        return { steps, poison: new PoisonEvent(event, error) };
      }
    return { steps };
  }

  async #foldIntoMany(
    event: StoredEvent,
    ids: Target['ids'] = [],
    where: NonNullable<Target['where']>,
  ): Promise<void> {
    const matching = await this.set.fetchMatching(where);
    this.#foldInto(event, [...new Set([...ids, ...matching])]);
  }

  /** All see the others as they were before the event, so their order does not matter. */
  #foldInto(event: StoredEvent, ids: readonly string[]): void {
    const { set } = this;
    const after: [Entry<D>, Body<D> | undefined][] = [];
    for (const id of ids) {
      const entry = set.entry(id);
      if (!entry.hasSeen(event.position)) after.push([entry, this.#evolve(entry, event)]);
    }
    for (const [entry, body] of after) set.put(entry, body, event.position);
  }

  #evolve({ id, body }: Entry<D>, event: StoredEvent): Body<D> | undefined {
    try {
      return this.projection.evolve(body, event, id, this.#read);
    } catch (error) {
      throw new PoisonEvent(event, error);
    }
  }
}
