import * as z from 'zod';

// Fields that many answers have. They describe, and check nothing: answers are made by the application.

/** A moment in UTC. */
export const moment = z.string().meta({ format: 'date-time' });

/** A date of the civil calendar. */
export const date = z.string().meta({ format: 'date' });

/** The id of a notification or an event. */
export const uuid = z.string().meta({ format: 'uuid' });

export const count = z.int().min(0);

/** A part of the log, from 0 to 1. */
export const share = z.number().min(0).max(1);

/** How many events a read model lacks. */
export const behindEvents = count
  .optional()
  .describe(
    'Events of the log that it does not hold yet; absent where the log cannot count: EventStoreDB and KurrentDB.',
  );

/** How much of the log a read model holds. */
export const heldShare = share
  .optional()
  .describe(
    'How much of the log it holds, from 0 to 1, which is all; absent while it is of an older version.',
  );

/** The place of an event in the log: opaque, and sorts as text. */
export const position = z.string().describe('The place of an event in the log: opaque text that sorts.');

/** Whatever JSON there is. */
export const facts = z.record(z.string(), z.unknown());

/** Part of an answer that parked documents are missing in, or outdated. */
export const incomplete = z
  .object({ parked: count.describe('How many documents are parked; GET /v1/parked lists them.') })
  .meta({
    id: 'Incomplete',
    description: 'The answer depends on documents that are parked: outdated, or missing.',
  });

/** The end of each page of a list. */
export const next = z
  .string()
  .nullable()
  .describe('The cursor of the next page, for `after`; null on the last page. Opaque.');

/** A document that is parked. */
export const stale = z
  .literal(true)
  .optional()
  .describe('The document is parked: it shows the state before the event that parked it.');
