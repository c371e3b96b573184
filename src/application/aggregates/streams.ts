import type { Decider, Fact, Recorded } from '../../domain/kernel/event.js';
import type { StoredEvent } from '../ports/event-store.js';

/** The stream of an aggregate: `socialAccount-<id>`. */
export const streamOf = (category: string, id: string): string => `${category}-${id}`;

/** The two parts of a stream name. */
export const partsOf = (stream: string): { readonly category: string; readonly id: string } => {
  const dash = stream.indexOf('-');
  return { category: stream.slice(0, dash), id: stream.slice(dash + 1) };
};

/** Whether the event belongs to such an aggregate. */
export const belongsTo = ({ category }: { readonly category: string }, { stream }: StoredEvent): boolean =>
  stream.startsWith(`${category}-`);

/** The event as the domain sees it. Its type is guaranteed by the aggregate that wrote the stream. */
export const recorded = <E extends Fact>({ type, data, metadata, id, position }: StoredEvent): Recorded<E> =>
  ({
    type,
    data,
    occurredAt: metadata.occurredAt,
    recordedAt: metadata.recordedAt,
    eventId: id,
    position,
  }) as unknown as Recorded<E>;

/** The state after one more stored event. */
export const fold = <S, C, E extends Fact>(decider: Decider<S, C, E>, state: S, event: StoredEvent): S =>
  decider.evolve(state, recorded<E>(event));
