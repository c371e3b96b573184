import { HeraldError } from '../../domain/herald-error.js';
import type { Document } from '../document-store.js';
import type { StoredEvent } from '../event-store.js';
import type { Body, Projection } from './projection.js';
import type { WorkingSet } from './working-set.js';

/** An event that a projection cannot fold. */
export class PoisonEvent extends HeraldError {
  constructor(
    readonly event: StoredEvent,
    cause: unknown,
  ) {
    super('poison-event', cause instanceof Error ? cause.message : String(cause));
  }
}

/** Brings the documents here that these events concern by id: one read instead of many. */
export async function prefetch<D extends Document>(
  projection: Projection<D>,
  events: readonly StoredEvent[],
  set: WorkingSet<D>,
): Promise<void> {
  const ids = new Set<string>();
  for (const event of events)
    try {
      for (const id of projection.target(event).ids ?? []) ids.add(id);
      for (const id of projection.reads?.(event) ?? []) ids.add(id);
    } catch {
      // It fails again when it is folded, and is told of then.
    }
  await set.fetch(ids);
}

/**
 * Folds one event. All its documents see the others as they were before it, so their order does not matter.
 * @throws PoisonEvent when the projection cannot fold it; nothing of it was folded then.
 */
export async function foldEvent<D extends Document>(
  projection: Projection<D>,
  event: StoredEvent,
  set: WorkingSet<D>,
): Promise<void> {
  const { ids = [], where } = pure(event, () => projection.target(event));
  const targets = where ? new Set([...ids, ...(await set.fetchMatching(where))]) : ids;
  const after: [string, Body<D> | undefined][] = [];
  for (const id of targets) {
    if (set.hasSeen(id, event.position)) continue;
    after.push([id, pure(event, () => projection.evolve(set.get(id), event, id, (other) => set.get(other)))]);
  }
  for (const [id, body] of after) set.put(id, body, event.position);
}

/** Calls the projection's own code, of which nothing but the event can be the reason to fail. */
const pure = <T>(event: StoredEvent, call: () => T): T => {
  try {
    return call();
  } catch (error) {
    throw new PoisonEvent(event, error);
  }
};
