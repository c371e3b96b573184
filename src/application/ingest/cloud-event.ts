import * as z from 'zod';
import { MAX_ATTRIBUTES, MAX_ERRORS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { instant, line, uriReference } from '../schemas/fields.js';
import { plainEnglish } from '../schemas/plain-english.js';
import { INBOUND_TYPES, type InboundData, type InboundType, isInboundType } from './inbound-types.js';
import { unknownTypeMessage } from './nearest-type.js';

/** `application/json` and `+json` types, with or without parameters. */
export const JSON_MEDIA_TYPE = /^\s*(application|text)\/([\w.-]+\+)?json\s*(;|$)/i;

/** The CloudEvents 1.0 envelope that Herald accepts: JSON, with a required time. */
export const cloudEventEnvelope = z
  .object({
    specversion: z.literal('1.0').describe('The version of CloudEvents.'),
    id: line(256).describe(
      'Unique within its source, for ever. An event that is sent twice is recorded once; a different event with the same id is refused.',
    ),
    source: uriReference(1024).describe(
      'The part of the platform that reports the event, as a URI reference.',
    ),
    type: line(256).describe('What happened.'),
    time: instant.describe(
      'When it happened. Optional in CloudEvents, required here: Herald orders events by it.',
    ),
    datacontenttype: line(256)
      .refine((value) => JSON_MEDIA_TYPE.test(value), 'Expected a JSON media type, such as application/json.')
      .nullish()
      .describe('Absent, or a JSON media type.'),
    dataschema: line(1024).nullish().describe('Not used.'),
    subject: line(1024).nullish().describe('Not used: the data names the subject.'),
    correlationid: line(256).nullish().describe('Correlates events that the platform caused for one reason.'),
    data: z.looseObject({}).describe('The content of the event; its schema depends on the type.'),
  })
  .catchall(
    z.union([z.string(), z.number(), z.boolean(), z.null()], 'Expected text, a number, true or false.'),
  )
  .describe('A CloudEvent 1.0.');

/** An event of the platform that satisfies the contract. `type` determines its data. */
export type InboundEvent = {
  [T in InboundType]: {
    readonly id: string;
    readonly source: string;
    readonly type: T;
    readonly time: Instant;
    readonly correlationId?: string;
    readonly data: InboundData<T>;
  };
}[InboundType];

/** The problem of one field, such as `data.timeZone`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export type InvalidEventCode = 'invalid-cloudevent' | 'unknown-event-type' | 'invalid-event-data';

/** How many characters of a field's name are shown. */
const SHOWN_NAME = 64;

/** An event that violates the contract, with all its problems. Nothing of it was recorded. */
export class InvalidEvent extends HeraldError {
  readonly errors: readonly FieldError[];

  constructor(
    override readonly code: InvalidEventCode,
    errors: readonly FieldError[],
  ) {
    const named = errors.slice(0, MAX_ERRORS);
    super(code, named.map(({ field, message }) => `${field}: ${message}`).join(' '), named[0]?.field);
    this.name = 'InvalidEvent';
    this.errors = named;
  }
}

/**
 * Reads a CloudEvent in its JSON form.
 * @throws InvalidEvent `invalid-cloudevent` (the envelope), `unknown-event-type`, `invalid-event-data`.
 */
export const parseCloudEvent = (raw: unknown): InboundEvent => {
  requireFewAttributes(raw);
  const event = read(cloudEventEnvelope, raw, []);
  const envelopeErrors = [...nameErrors(raw), ...event.errors];
  const { type, data } = looseParts(raw);
  const known = typeof type === 'string' && isInboundType(type) ? type : undefined;
  // The data is checked even if the envelope is wrong, so that the sender learns of all problems at once.
  const content = known && isRecord(data) ? read(INBOUND_TYPES[known], data, ['data']) : undefined;

  if (envelopeErrors.length > 0 || !event.value)
    throw new InvalidEvent('invalid-cloudevent', [...envelopeErrors, ...(content?.errors ?? [])]);
  if (!known)
    throw new InvalidEvent('unknown-event-type', [
      { field: 'type', message: unknownTypeMessage(event.value.type) },
    ]);
  if (!content?.value) throw new InvalidEvent('invalid-event-data', content?.errors ?? []);

  const { id, source, time, correlationid } = event.value;
  // TypeScript cannot see that `content` was parsed by the schema of `known`.
  return {
    id,
    source,
    type: known,
    time,
    ...(correlationid ? { correlationId: correlationid } : {}),
    data: content.value,
  } as InboundEvent;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const requireFewAttributes = (raw: unknown): void => {
  if (!isRecord(raw) || Object.keys(raw).length <= MAX_ATTRIBUTES) return;
  throw new InvalidEvent('invalid-cloudevent', [
    { field: 'event', message: `Expected at most ${MAX_ATTRIBUTES} attributes.` },
  ]);
};

const looseParts = (raw: unknown): { type?: unknown; data?: unknown } => (isRecord(raw) ? raw : {});

const read = <S extends z.ZodType>(schema: S, value: unknown, path: readonly string[]) => {
  const result = schema.safeParse(value, { error: plainEnglish });
  if (result.success) return { value: result.data, errors: [] };
  // Only the first message for each field: text that is too long need not also be reported as an invalid identifier.
  const messages = new Map<string, string>();
  for (const issue of result.error.issues) {
    const field = [...path, ...issue.path].join('.').slice(0, SHOWN_NAME) || 'event';
    if (!messages.has(field)) messages.set(field, issue.message);
  }
  const errors = Array.from(messages, ([field, message]): FieldError => ({ field, message }));
  return { value: undefined, errors };
};

const nameErrors = (raw: unknown): readonly FieldError[] =>
  isRecord(raw)
    ? Object.keys(raw)
        .filter((name) => !/^[a-z0-9]+$/.test(name))
        .map((name) => ({
          field: name.slice(0, SHOWN_NAME),
          message:
            name === 'data_base64'
              ? 'Expected the data as a JSON object in data.'
              : 'Expected the name of an attribute in lower-case letters and digits.',
        }))
    : [];
