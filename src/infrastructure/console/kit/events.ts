import type { CausingEvent } from '../../../application/audit/why/get-why.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { type Fact, factsOf } from './facts.js';
import { type Link, streamLink } from './links.js';
import { camelWords } from './words.js';

/** An event as an item of a timeline. */
export interface EventItem {
  readonly eventId: string;
  readonly title: string;
  readonly occurredAt: Instant;
  /** When Herald learned of it, if that was later. */
  readonly learned: Instant | undefined;
  readonly by?: string | undefined;
  readonly link?: Link | undefined;
  readonly says?: string | undefined;
  readonly facts?: readonly Fact[] | undefined;
  readonly transcript?: string | undefined;
}

/** When Herald learned of an event, if it was not at once. */
export const learnedLater = ({
  occurredAt,
  recordedAt,
}: {
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
}): Instant | undefined => (recordedAt > occurredAt ? recordedAt : undefined);

/** An event that a decision follows from. */
export const causeItem = (event: CausingEvent): EventItem => ({
  eventId: event.eventId,
  title: camelWords(event.type),
  occurredAt: event.occurredAt,
  learned: learnedLater(event),
  by: event.source === undefined ? undefined : `from ${event.source}`,
  link: streamLink(event.stream),
  facts: [...factsOf(event.data), ...factsOf({ sourceId: event.sourceId, eventId: event.eventId })],
});
