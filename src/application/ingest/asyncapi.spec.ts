import { describe, expect, it } from 'vitest';
import { samples } from '../../../test/samples.js';
import { asyncApi } from './asyncapi.js';
import { inboundTypes } from './inbound-types.js';

const document = asyncApi({ version: '1.2.3', samples: Object.fromEntries(samples) });

/** Every value below `value`, with its path. */
const walk = (value: unknown, path = '#'): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null
    ? [[path, value], ...Object.entries(value).flatMap(([key, child]) => walk(child, `${path}/${key}`))]
    : [[path, value]];

const nodes = new Map(walk(document));

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

  it.each(inboundTypes)('names %s, with summary, payload and sample', (type) => {
    expect(document.channels.events.messages).toHaveProperty([type]);
    expect(document.components.messages[type]).toMatchObject({
      name: type,
      summary: expect.stringMatching(/^[A-Z].*\.$/),
      payload: { allOf: [{}, { properties: { type: { const: type } } }] },
      examples: [{ payload: { type } }],
    });
    expect(document.components.schemas).toHaveProperty([type]);
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
    for (const [path, field] of fields) expect(field, path).toHaveProperty('description');
  });

  it('needs no samples', () => {
    expect(JSON.stringify(asyncApi({ version: '1.2.3' }))).not.toContain('examples');
  });
});
