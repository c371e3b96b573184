import * as z from 'zod';
import type { ParkedPage } from '../../../application/read-models/administration/list-parked.js';
import type { ParkedResult } from '../../../application/read-models/administration/parked.js';
import type { ParkedDocument } from '../../../application/read-models/parking/parked-documents.js';
import type { SkippedEvent } from '../../../application/read-models/parking/skipped-events.js';
import type { Build } from '../../../application/read-models/rebuild/build.js';
import type { Comparison } from '../../../application/read-models/rebuild/compare.js';
import type { ProjectionStatus } from '../../../application/read-models/rebuild/projection-statuses.js';
import type { Answer } from '../openapi/operation.js';
import type { Page } from '../page-of.js';
import { behindEvents, count, heldShare, moment, next, position, share } from './fields.js';
import { sameAs } from './same-as.js';

const eventId = z.string().describe('The id of the event.');
const eventType = z.string().describe('The type of the event.');
const documentId = z
  .string()
  .describe('The document; `stream:<name>` if the documents that an event concerns cannot be determined.');

const parkedDocument = sameAs<ParkedDocument>()(
  z
    .object({
      projection: z.string(),
      build: z.string().describe('The set of documents, such as `agenda@4.1`.'),
      documentId,
      event: eventId,
      type: eventType,
      position,
      reason: z.string(),
      parkedAt: moment,
      waiting: count.describe('Later events that concern it and are not folded into it.'),
      from: position.describe('The first event that is missing in the document.'),
      upTo: position.describe('The last waiting event.'),
      waitsFor: z.string().optional().describe('The parked document that it depends on.'),
    })
    .meta({ id: 'ParkedDocument', description: 'A document that an event could not be folded into.' }),
);

export const parkedPage = sameAs<ParkedPage>()(
  z
    .object({ items: z.array(parkedDocument), next })
    .meta({ id: 'ParkedPage', description: 'Parked documents.' }),
);

export const parkedResult = sameAs<ParkedResult>()(
  z
    .object({
      status: z
        .enum(['folded', 'parked', 'rebuilding'])
        .describe('All its events are in it; or it stands still; or a replay was started.'),
      parked: parkedDocument.optional(),
    })
    .meta({ id: 'ParkedResult', description: 'What became of a parked document.' }),
);

const skippedEvent = sameAs<SkippedEvent>()(
  z
    .object({
      projection: z.string(),
      documentId,
      event: eventId,
      type: eventType,
      position,
      failure: z.string().describe('Why it could not be folded.'),
      reason: z.string().describe('Why it may be skipped.'),
      by: z.string().describe('Who decided it.'),
      at: moment,
    })
    .meta({ id: 'SkippedEvent', description: 'An event that is skipped for one document of a projection.' }),
);

export const skippedEventPage = sameAs<Page<SkippedEvent>>()(
  z
    .object({ items: z.array(skippedEvent), next })
    .meta({ id: 'SkippedEventPage', description: 'Skipped events.' }),
);

const stopped = z
  .object({
    position,
    event: eventId,
    type: eventType.optional(),
    reason: z.string(),
    documentId: documentId.optional(),
  })
  .meta({ id: 'StoppedBefore', description: 'The event before which a projection has stopped.' });

export const build = sameAs<Build>()(
  z
    .object({
      id: z.string(),
      position: z.string().describe('Counts the changes of this record.'),
      name: z
        .object({ projection: z.string(), version: z.int(), build: z.int() })
        .describe('`history@1.2` is build 2 of version 1.'),
      status: z
        .enum(['building', 'following', 'paused', 'failed', 'swapped', 'cancelled'])
        .describe('`following`: it has caught up, and can be swapped.'),
      swapsItself: z.boolean().describe('Whether it is swapped in once it has caught up.'),
      from: position.optional().describe('Started after this event, for inspection; it cannot be swapped.'),
      startedAt: moment,
      progress: z.object({
        done: count
          .optional()
          .describe(
            'Events that it has read, or passed because of their type; absent if nobody has counted.',
          ),
        total: count
          .optional()
          .describe(
            'How many there are to read; absent where the log cannot count: EventStoreDB and KurrentDB.',
          ),
        share: share.describe('How much of the log is behind it, from 0 to 1.'),
        rate: z.number().min(0).describe('Events per second.'),
        eta: z.number().min(0).optional().describe('Seconds until it has caught up.'),
      }),
      failure: stopped.optional(),
      interruption: z.string().optional().describe('Why nothing is folded at the moment.'),
    })
    .meta({ id: 'Replay', description: 'A rebuild of one projection, beside the live documents.' }),
);

export const projectionStatus = sameAs<ProjectionStatus>()(
  z
    .object({
      name: z.string(),
      version: z.int().describe('The version in the code.'),
      live: z.string().describe('The documents that answer, such as `history@1.2`.'),
      previous: z.string().optional().describe('The documents that were kept at the last swap.'),
      behind: behindEvents,
      share: heldShare,
      newer: z
        .literal(true)
        .optional()
        .describe('The live documents are of a newer version of Herald: this instance only reads them.'),
      parked: stopped.optional(),
      parkedDocuments: z
        .object({ count, first: z.array(parkedDocument) })
        .describe('The number of parked documents, and the first of them.'),
      build: build.optional().describe('The latest replay.'),
    })
    .meta({ id: 'Projection', description: 'One projection: what is live, its lag, and the latest replay.' }),
);

export const projectionPage = sameAs<Page<ProjectionStatus>>()(
  z
    .object({ items: z.array(projectionStatus), next })
    .meta({ id: 'ProjectionPage', description: 'Projections.' }),
);

const difference = z
  .object({
    id: z.string(),
    kind: z.enum(['added', 'changed', 'removed']),
    fields: z.array(
      z.object({ path: z.string(), live: z.unknown().optional(), rebuilt: z.unknown().optional() }),
    ),
  })
  .meta({ id: 'DocumentDifference', description: 'One document that differs.' });

export const comparison = sameAs<Comparison>()(
  z
    .object({
      same: count,
      added: count.describe('Only in the rebuilt documents.'),
      changed: count,
      removed: count.describe('Only in the live documents.'),
      samples: z.array(difference).describe('The first differences of each kind.'),
      hashes: z
        .object({ live: z.string(), rebuilt: z.string() })
        .describe('SHA-256 over all documents in the order of their ids.'),
    })
    .meta({ id: 'Difference', description: 'What a swap would change.' }),
);

/** The progress of replays. Each event is named `progress`; its data is a replay as JSON. */
export const progress: Answer = {
  says: 'Server-sent events. Each is named `progress`, and its data is a Replay as JSON.',
  // Readers disagree about what the schema of a stream describes: the text, or each event.
  content: { 'text/event-stream': { schema: z.unknown() } },
};
