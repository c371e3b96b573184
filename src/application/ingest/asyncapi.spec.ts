import { describe, expect, it } from 'vitest';
import { sampleOf, samples } from '../../../test/samples.js';
import type { Json } from '../schemas/published-schema.js';
import { asyncApi } from './asyncapi.js';
import { type InboundType, inboundTypes } from './inbound-types.js';

const document = asyncApi({
  version: '1.2.3',
  samples: Object.fromEntries(samples) as unknown as Readonly<Record<InboundType, Json>>,
});

/** Every value below `value`, with its path. */
const walk = (value: unknown, path = '#'): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null
    ? [[path, value], ...Object.entries(value).flatMap(([key, child]) => walk(child, `${path}/${key}`))]
    : [[path, value]];

const nodes = new Map(walk(document));
const messages = Object.entries(document.components.messages);

describe('the AsyncAPI document', () => {
  it('is AsyncAPI 3.0 of this version', () => {
    expect(document).toMatchObject({ asyncapi: '3.0.0', info: { version: '1.2.3' } });
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('receives events by POST /v1/events', () => {
    expect(document.channels.events.address).toBe('/v1/events');
    expect(document.operations.publishEvents).toMatchObject({
      action: 'receive',
      channel: { $ref: '#/channels/events' },
      bindings: { http: { method: 'POST' } },
    });
  });

  it('takes the same events from an inbox stream, and says where each is sent and who may', () => {
    expect(document.channels.inbox.messages).toEqual(document.channels.events.messages);
    expect(document.servers.api).toMatchObject({ protocol: 'http', security: [{}] });
    expect(document.servers.eventStoreDb).toMatchObject({ protocol: 'esdb', security: [{}] });
    expect(document.channels.events.servers).toEqual([{ $ref: '#/servers/api' }]);
    expect(document.channels.inbox.servers).toEqual([{ $ref: '#/servers/eventStoreDb' }]);
  });

  it.each(inboundTypes)('has a message for %s, with summary, payload and sample', (type) => {
    const [name, found] = messages.find(([, { title }]) => title === type) ?? [];
    expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(document.channels.events.messages).toHaveProperty([String(name)]);
    expect(found).toMatchObject({
      name,
      summary: expect.stringMatching(/^[A-Z].*\.$/),
      payload: { $ref: `#/components/schemas/${name}` },
      examples: [{ payload: sampleOf(type) }],
    });
    expect(document.components.schemas[String(name)]).toMatchObject({
      type: 'object',
      properties: {
        specversion: { const: '1.0' },
        type: { const: type },
        data: { $ref: `#/components/schemas/${name}Data` },
      },
      required: expect.arrayContaining(['specversion', 'id', 'source', 'type', 'time', 'data']),
    });
  });

  it('has names of which generators make good identifiers', () => {
    expect(messages.map(([name]) => name)).toEqual(
      expect.arrayContaining(['PartnerUserAdded', 'SocialAccountTokenInvalidated', 'PostAwaitingApproval']),
    );
    expect(messages).toHaveLength(inboundTypes.length);
    const nameless = [...nodes].filter(
      ([path, node]) =>
        /\/schemas\/.*\/properties\/[^/]+$/.test(path) &&
        typeof node === 'object' &&
        node !== null &&
        ('properties' in node || 'enum' in node) &&
        !('title' in node),
    );
    expect(nameless.map(([path]) => path)).toEqual([]);
  });

  it('has patterns that JavaScript, Python, Java and Go read alike', () => {
    const patterns = [...nodes].filter(([path]) => path.endsWith('/pattern')).map(([, pattern]) => pattern);
    expect(patterns.length).toBeGreaterThan(50);
    // No group but a plain one, and no escape but of a character or of its two hexadecimal digits.
    for (const pattern of patterns) expect(pattern).not.toMatch(/\(\?|\\(?!x[0-9a-f]{2}|[^\w\s])/);
  });

  it('says in words what a pattern cannot say', () => {
    expect(document.components.schemas.PartnerRegisteredData).toMatchObject({
      properties: { timeZone: { description: expect.stringContaining('such as Europe/Berlin') } },
    });
    expect(JSON.stringify(document)).not.toContain('x-also');
  });

  it('has no dangling references', () => {
    const references = [...nodes].filter(([path]) => path.endsWith('/$ref')).map(([, target]) => target);
    expect(references.length).toBeGreaterThan(3 * inboundTypes.length);
    for (const target of references) expect(nodes.has(String(target))).toBe(true);
  });

  it('describes every field', () => {
    const fields = [...nodes].filter(([path]) =>
      /^#\/components\/schemas\/.*\/properties\/[^/]+$/.test(path),
    );
    expect(fields.length).toBeGreaterThan(50);
    for (const [path, field] of fields)
      if (!path.endsWith('/data')) expect(field, path).toHaveProperty('description');
  });
});
