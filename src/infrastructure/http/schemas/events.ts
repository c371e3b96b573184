import * as z from 'zod';
import { cloudEventEnvelope } from '../../../application/ingest/cloud-event.js';
import {
  INBOUND_TYPES,
  type InboundType,
  inboundTypes,
  publishedName,
} from '../../../application/ingest/inbound-types.js';
import type { Receipt } from '../../../application/ingest/record-platform-events.js';
import { MAX_ATTRIBUTES, MAX_ERRORS, MAX_EVENTS_PER_BATCH } from '../../../domain/bounds.js';
import type { BatchReceipt, BatchRefused } from '../bodies/receipts.js';
import type { Answer, Body } from '../openapi/operation.js';
import { PROBLEM_TYPE } from '../problems/problem.js';
import { count } from './fields.js';
import { problemSchema } from './problem.js';
import { sameAs } from './same-as.js';

type Recorded = Exclude<Receipt, { readonly status: 'refused' }>;

const recorded = {
  status: z.enum(['accepted', 'duplicate']).describe('Recorded now, or already on record.'),
  source: z.string().describe('The source of the event.'),
  id: z.string().describe('The id of the event.'),
  unknownPartner: z
    .literal(true)
    .optional()
    .describe('The event names a partner that was never registered. It takes effect once the partner is.'),
  unknownUser: z.literal(true).optional().describe('The event names a user who was never added.'),
  unknownAccount: z
    .literal(true)
    .optional()
    .describe('The event is about an account that was never connected.'),
};

const receipt = sameAs<Recorded>()(
  z.object(recorded).meta({ id: 'Receipt', description: 'The event is on record.' }),
);

const index = count.describe('Its place in the batch, from 0.');

const batch = {
  accepted: count.describe('Events that were recorded.'),
  duplicate: count.describe('Events that were already on record.'),
  refused: count.describe('Events that were refused.'),
  errorsOmitted: count.optional().describe(`Errors beyond the first ${MAX_ERRORS}, which are listed.`),
  results: z
    .array(
      z.union([
        z.object({ index, ...recorded }).meta({ id: 'RecordedEvent' }),
        z
          .object({ index, status: z.literal('refused'), problem: problemSchema })
          .meta({ id: 'RefusedEvent' }),
      ]),
    )
    .max(MAX_EVENTS_PER_BATCH)
    .describe('A result for each event, in the order of the batch.'),
};

const batchReceipt = sameAs<BatchReceipt>()(
  z.object(batch).meta({ id: 'BatchReceipt', description: 'What became of each event of a batch.' }),
);

const batchRefused = sameAs<BatchRefused>()(
  z.object({ ...problemSchema.shape, ...batch }).meta({
    id: 'BatchRefused',
    description: 'No event of the batch was recorded.',
  }),
);

const eventOf = (type: InboundType) =>
  z
    .object({
      ...cloudEventEnvelope.shape,
      type: z.literal(type),
      data: INBOUND_TYPES[type].meta({ id: `${publishedName(type)}Data` }),
    })
    .meta({
      id: publishedName(type),
      description: INBOUND_TYPES[type].description,
      propertyNames: { pattern: '^[a-z0-9]+$' },
      maxProperties: MAX_ATTRIBUTES,
    });

const cloudEvent = z.union(inboundTypes.map(eventOf)).meta({
  id: 'CloudEvent',
  description:
    'A CloudEvent 1.0. Its type says what its data holds; extension attributes are texts, numbers, true or false.',
  discriminator: {
    propertyName: 'type',
    mapping: Object.fromEntries(
      inboundTypes.map((type) => [type, `#/components/schemas/${publishedName(type)}`]),
    ),
  },
});

const cloudEvents = z
  .array(cloudEvent)
  .min(1)
  .max(MAX_EVENTS_PER_BATCH)
  .meta({ id: 'CloudEventBatch', description: `1 to ${MAX_EVENTS_PER_BATCH} events.` });

const APPROVED = {
  specversion: '1.0',
  id: '8f5c',
  source: 'https://platform.example/posts',
  type: 'herald.post.approved.v1',
  time: '2026-01-05T14:30:00Z',
  data: { postId: 'post-3001', partnerId: 'haus-linden' },
};

/**
 * What POST /v1/events reads. `application/json` is not listed as a media type of its own: its schema would be that of the other
 * two together, from which the generator for Python makes code that does not run.
 */
export const publishBody: Body = {
  says: 'A CloudEvent, or a list of them. Both are read as `application/json`, too: an object as an event, a list as a batch. In binary mode, the attributes are `ce-` headers and the body is the data alone.',
  content: {
    'application/cloudevents+json': { schema: cloudEvent, examples: { approved: APPROVED } },
    'application/cloudevents-batch+json': { schema: cloudEvents, examples: { batch: [APPROVED] } },
  },
};

const answer = (says: string, schema: z.ZodType, mediaType = 'application/json'): Answer => ({
  says,
  content: { [mediaType]: { schema } },
});

/** What POST /v1/events answers. */
export const publishAnswers = {
  202: answer('Everything is on record, now or from an earlier request.', z.union([receipt, batchReceipt])),
  207: answer('Some events of the batch were refused; the others are on record.', batchReceipt),
  400: answer('Nothing was recorded.', batchRefused, PROBLEM_TYPE),
};

/** Why none of the events is recorded, or one of them is not. */
export const PUBLISH_ERRORS = [
  'append-too-large',
  'batch-refused',
  'batch-too-large',
  'clock-behind',
  'clock-in-doubt',
  'empty-batch',
  'idempotency-conflict',
  'inbound-keys-behind',
  'invalid-batch',
  'invalid-cloudevent',
  'invalid-event-data',
  'json-too-complex',
  'log-replaced',
  'owned-elsewhere',
  'owner-missing',
  'source-not-yours',
  'too-many-accounts',
  'too-many-send-nows',
  'too-many-users',
  'too-many-waiting-posts',
  'unknown-event-type',
  'unsupported-content-type',
] as const;

/** The AsyncAPI document. */
export const contract = z.looseObject({}).describe('An AsyncAPI document.');
