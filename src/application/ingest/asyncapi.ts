import * as z from 'zod';
import { MAX_EVENTS_PER_BATCH } from '../../domain/bounds.js';
import { type Json, publishedSchema } from '../schemas/published-schema.js';
import { cloudEventEnvelope } from './cloud-event.js';
import { INBOUND_TYPES, type InboundType, inboundTypes, publishedName } from './inbound-types.js';

export interface AsyncApiOptions {
  /** The version of Herald. */
  readonly version: string;
  /** A complete CloudEvent of every type, to show as its example. */
  readonly samples: Readonly<Record<InboundType, Json>>;
}

/**
 * The inbound contract as an AsyncAPI 3.0 document, generated from the schemas that validate requests. Names are such that
 * generators make good identifiers of them: `herald.partner-user.added.v1` is the message and the schema `PartnerUserAdded`.
 */
export const asyncApi = ({ version, samples }: AsyncApiOptions) => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Herald: inbound events',
    version,
    description: [
      'What a partner-marketing platform reports to Herald, as CloudEvents 1.0: over HTTP, or through an inbox stream in EventStoreDB or KurrentDB. The answers over HTTP are described by OpenAPI, at /docs-json.',
      'An event is identified by its publisher, its `source` and its `id`, in the whole log and for ever. The publisher is the principal that sends it: an API key, also after it was rotated, or the subject of a token; without configured access there is one publisher for all. Sent again, an event is a duplicate without effect; the same identity with other content is refused.',
      'Ids of solutions, partners and accounts are unique over the whole installation. A publisher that is bound to solutions changes only these, their partners, and the users, accounts and posts of those; everything else is refused with `owned-elsewhere`, event by event, and nothing of it is recorded. An event may name a partner, a user or an account that is not known yet: it is accepted, and its receipt says so.',
      'Patterns are such that JavaScript, Python, Java and Go read them alike. Where Herald checks more than a schema can say, the description of the field says what it expects.',
    ].join('\n\n'),
    license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  },
  defaultContentType: 'application/cloudevents+json',
  servers: {
    api: {
      host: '{host}',
      protocol: 'http',
      description: "Herald's API. Behind a proxy that ends TLS, the protocol is https.",
      variables: {
        host: { default: 'localhost:3000', description: 'Where Herald is reached, with its port.' },
      },
      security: [{ $ref: '#/components/securitySchemes/bearer' }],
    },
    eventStoreDb: {
      host: '{host}',
      protocol: 'esdb',
      description: 'EventStoreDB or KurrentDB, if HERALD_INBOX names an inbox stream.',
      variables: {
        host: { default: 'localhost:2113', description: 'The server that HERALD_EVENT_STORE names.' },
      },
      security: [{ $ref: '#/components/securitySchemes/eventStoreUser' }],
    },
  },
  channels: {
    events: {
      address: '/v1/events',
      title: 'Events over HTTP',
      description: `CloudEvents over HTTP: structured (application/cloudevents+json), in batches of at most ${MAX_EVENTS_PER_BATCH} (application/cloudevents-batch+json), or binary (the attributes as ce- headers, the data as the body).`,
      servers: [{ $ref: '#/servers/api' }],
      messages: perType((name) => reference('messages', name)),
    },
    inbox: {
      address: '{stream}',
      title: 'Inbox stream',
      description:
        'A stream whose events hold CloudEvents in their JSON form as data. The type and the id of the stored events do not matter.',
      servers: [{ $ref: '#/servers/eventStoreDb' }],
      parameters: { stream: { default: 'herald-inbox', description: 'The stream that HERALD_INBOX names.' } },
      messages: perType((name) => reference('messages', name)),
    },
  },
  operations: {
    publishEvents: {
      action: 'receive',
      channel: { $ref: '#/channels/events' },
      summary: 'Publish domain events',
      description:
        'Herald answers when the event is in the log. Retries are safe: an event that is known is recorded once. The same source and id with different content is refused.',
      bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
    },
    takeFromInbox: {
      action: 'receive',
      channel: { $ref: '#/channels/inbox' },
      summary: 'Take domain events from the inbox stream',
      description: 'An event that is refused is parked with its reason: see `herald inbox parked`.',
    },
  },
  components: {
    messages: perType((name, type) => message(name, type, samples[type])),
    schemas: { ...perType(eventSchema), ...dataSchemas() },
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description:
          'An API key of the role publisher, or a token of a configured OIDC issuer. Without configured access, Herald asks for none.',
      },
      eventStoreUser: { type: 'userPassword', description: 'A user who may append to the inbox stream.' },
    },
  },
});

const perType = <T>(make: (name: string, type: InboundType) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(inboundTypes.map((type) => [publishedName(type), make(publishedName(type), type)]));

const reference = (kind: 'messages' | 'schemas', name: string) => ({ $ref: `#/components/${kind}/${name}` });

const summaryOf = (type: InboundType) => INBOUND_TYPES[type].description ?? type;

const message = (name: string, type: InboundType, sample: Json) => ({
  name,
  title: type,
  summary: summaryOf(type),
  contentType: 'application/cloudevents+json',
  payload: reference('schemas', name),
  examples: [{ name: 'sample', summary: summaryOf(type), payload: sample }],
});

const dataName = (name: string) => `${name}Data`;

/** One whole event. It repeats the envelope, because generators disagree about what `allOf` is. */
const eventSchema = (name: string, type: InboundType): Json => {
  const typed = cloudEventEnvelope.extend({ type: z.literal(type).describe('What happened.') });
  const { properties, ...rest } = publishedSchema(typed.describe(summaryOf(type)));
  return { ...rest, properties: { ...(properties as Json), data: reference('schemas', dataName(name)) } };
};

const dataSchemas = () =>
  Object.fromEntries(
    inboundTypes.map((type) => [dataName(publishedName(type)), publishedSchema(INBOUND_TYPES[type])]),
  );
