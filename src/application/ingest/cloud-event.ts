import * as z from 'zod';
import { MAX_ATTRIBUTES, MAX_ERRORS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { instant, line } from '../schemas/fields.js';
import { plainEnglish } from '../schemas/plain-english.js';
import { INBOUND_TYPES, type InboundData, type InboundType, isInboundType } from './inbound-types.js';
import { unknownTypeMessage } from './nearest-type.js';

/** `application/json` and its relatives, with parameters or without. */
export const JSON_MEDIA_TYPE = /^\s*(application|text)\/([\w.-]+\+)?json\s*(;|$)/i;

/** The CloudEvents 1.0 envelope, as Herald takes it: in JSON, with a time. */
export const cloudEventEnvelope = z
  .object({
    specversion: z.literal('1.0').describe('The version of CloudEvents.'),
    id: line(256).describe(
      'Unique within its source; the same event twice is accepted once, and another event with the same id is refused.',
    ),
    source: line(1024)
      .regex(
        /^[^\s<>"{}|\\^`]+$/,
        'Expected a URI reference without spaces, such as https://platform.example/accounts.',
      )
      .describe('The part of the platform that tells.'),
    type: line(256).describe('What happened.'),
    time: instant.describe(
      'When it happened. Optional in CloudEvents, required here: Herald orders facts by it.',
    ),
    datacontenttype: line(256)
      .regex(JSON_MEDIA_TYPE, 'Expected a JSON media type, such as application/json.')
      .nullish()
      .describe('Absent, or a JSON media type.'),
    dataschema: line(1024).nullish().describe('Not used.'),
    subject: line(1024).nullish().describe('Not used: the data names what it is about.'),
    correlationid: line(256).nullish().describe('Ties together what the platform did for one reason.'),
    data: z.looseObject({}).describe('What is known of it; its schema follows from the type.'),
  })
  .catchall(
    z.union([z.string(), z.number(), z.boolean(), z.null()], 'Expected text, a number, true or false.'),
  )
  .describe('A CloudEvent 1.0.');

/** An event of the platform that keeps to the contract. `type` tells which data it has. */
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

/** What is wrong with one field, such as `data.timeZone`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export type InvalidEventCode = 'invalid-cloudevent' | 'unknown-event-type' | 'invalid-event-data';

/** So much of the name of a field is shown. */
const SHOWN_NAME = 64;

/** An event that does not keep to the contract, with all that is wrong with it. Nothing of it was recorded. */
export class InvalidEvent extends HeraldError {
  readonly errors: readonly FieldError[];

  constructor(
    override readonly code: InvalidEventCode,
    errors: readonly FieldError[],
  ) {
    const told = errors.slice(0, MAX_ERRORS);
    super(code, told.map(({ field, message }) => `${field}: ${message}`).join(' '), told[0]?.field);
    this.name = 'InvalidEvent';
    this.errors = told;
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
  // The data is looked at although the envelope is wrong: the sender learns of everything at once.
  const content = known && isRecord(data) ? read(INBOUND_TYPES[known], data, ['data']) : undefined;

  if (envelopeErrors.length > 0 || !event.value)
    throw new InvalidEvent('invalid-cloudevent', [...envelopeErrors, ...(content?.errors ?? [])]);
  if (!known)
    throw new InvalidEvent('unknown-event-type', [
      { field: 'type', message: unknownTypeMessage(event.value.type) },
    ]);
  if (!content?.value) throw new InvalidEvent('invalid-event-data', content?.errors ?? []);

  const { id, source, time, correlationid } = event.value;
  // TypeScript cannot see that `content` was read by the schema of `known`.
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
  // One message a field, the first: text that is too long need not also be told that it is no identifier.
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
