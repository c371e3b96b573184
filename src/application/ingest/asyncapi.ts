import * as z from 'zod';
import { MAX_EVENTS_PER_BATCH } from '../../domain/bounds.js';
import { cloudEventEnvelope } from './cloud-event.js';
import { INBOUND_TYPES, type InboundType, inboundTypes } from './inbound-types.js';

type Json = Readonly<Record<string, unknown>>;

export interface AsyncApiOptions {
  /** The version of Herald. */
  readonly version: string;
  /** Complete CloudEvents to show as examples. */
  readonly samples?: Readonly<Partial<Record<InboundType, Json>>>;
}

/** The inbound contract as an AsyncAPI 3.0 document, generated from the schemas that validate requests. */
export const asyncApi = ({ version, samples = {} }: AsyncApiOptions) => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Herald: inbound events',
    version,
    description: 'What a partner-marketing platform reports to Herald, as CloudEvents 1.0.',
    license: { name: 'MIT' },
  },
  defaultContentType: 'application/cloudevents+json',
  channels: {
    events: {
      address: '/v1/events',
      title: 'Events',
      description: `CloudEvents over HTTP: structured, binary, or in batches of at most ${MAX_EVENTS_PER_BATCH}.`,
      messages: perType((type) => reference('messages', type)),
      bindings: { http: {} },
    },
  },
  operations: {
    publishEvents: {
      action: 'receive',
      channel: { $ref: '#/channels/events' },
      summary: 'Publish domain events',
      description:
        'Retries are safe: an event with a known source and id is recorded once. The same source and id with different content is refused.',
      bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
    },
  },
  components: {
    messages: perType((type) => message(type, samples[type])),
    schemas: {
      CloudEvent: jsonSchema(cloudEventEnvelope),
      ...perType((type) => jsonSchema(INBOUND_TYPES[type])),
    },
  },
});

const perType = (make: (type: InboundType) => Json) =>
  Object.fromEntries(inboundTypes.map((type) => [type, make(type)]));

const reference = (kind: 'messages' | 'schemas', name: string) => ({ $ref: `#/components/${kind}/${name}` });

const message = (type: InboundType, sample: Json | undefined) => {
  const summary = INBOUND_TYPES[type].description ?? type;
  return {
    name: type,
    title: type.replace(/^herald\.|\.v\d+$/g, ''),
    summary,
    contentType: 'application/cloudevents+json',
    payload: {
      allOf: [
        reference('schemas', 'CloudEvent'),
        { type: 'object', properties: { type: { const: type }, data: reference('schemas', type) } },
      ],
    },
    ...(sample ? { examples: [{ name: 'sample', summary, payload: sample }] } : {}),
  };
};

/** As a sender sees it: before defaults are filled in and moments are converted to UTC. */
const jsonSchema = (schema: z.ZodType) => {
  const { $schema, '~standard': _, ...rest } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return rest;
};
