import { CloudEvent, emitterFor, HTTP, type Message, Mode } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { type Sample, sampleOf, samples } from '../../../test/samples.js';
import { MAX_EVENTS_PER_BATCH } from '../../domain/bounds.js';
import { hasCode } from '../../domain/kernel/herald-error.js';
import { parseCloudEvent } from './cloud-event.js';
import { fromHttp } from './http-modes.js';

const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

const sample = sampleOf('herald.post.approved.v1');
const json = JSON.stringify(sample);

/** The headers of a sample in binary mode. */
const binary = (
  { specversion, id, source, type, time }: Sample,
  more: Readonly<Record<string, string>> = {},
) => ({
  'content-type': 'application/json',
  'ce-specversion': specversion,
  'ce-id': id,
  'ce-source': source,
  'ce-type': type,
  'ce-time': time,
  ...more,
});

const single = (headers: Readonly<Record<string, string | undefined>>, body: string) => {
  const inbound = fromHttp(headers, body);
  return inbound.mode === 'single' ? inbound.event : expect.fail('A batch was read.');
};

const codeOf = (read: () => unknown) => {
  for (const code of [
    'malformed-json',
    'unsupported-content-type',
    'batch-too-large',
    'empty-batch',
    'invalid-batch',
    'invalid-cloudevent',
  ] as const)
    try {
      read();
    } catch (error) {
      if (hasCode(error, code)) return code;
    }
  return undefined;
};

describe('structured mode', () => {
  it.each([
    'application/cloudevents+json',
    'application/cloudevents+json; charset=UTF-8',
    'Application/CloudEvents+JSON;charset=utf-8',
    'application/json',
    'application/json; charset=utf-8',
  ])('is %s', (contentType) => {
    expect(single({ 'content-type': contentType }, json)).toEqual(sample);
  });
});

describe('batch mode', () => {
  it.each([
    'application/cloudevents-batch+json',
    'application/cloudevents-batch+json; charset=utf-8',
    'application/json',
  ])('is a list as %s', (contentType) => {
    const inbound = fromHttp({ 'content-type': contentType }, `[${json},${json}]`);
    expect(inbound).toEqual({ mode: 'batch', events: [sample, sample] });
  });

  it('holds at least one event', () => {
    expect(codeOf(() => fromHttp(BATCH, '[]'))).toBe('empty-batch');
    expect(codeOf(() => fromHttp({ 'content-type': 'application/json' }, ' [ ] '))).toBe('empty-batch');
  });

  it('holds at most a thousand events', () => {
    const list = (length: number) => JSON.stringify(Array.from({ length }, () => 0));
    expect(fromHttp(BATCH, list(MAX_EVENTS_PER_BATCH)).mode).toBe('batch');
    expect(codeOf(() => fromHttp(BATCH, list(MAX_EVENTS_PER_BATCH + 1)))).toBe('batch-too-large');
    expect(
      codeOf(() => fromHttp({ 'content-type': 'application/json' }, list(MAX_EVENTS_PER_BATCH + 1))),
    ).toBe('batch-too-large');
  });

  it.each(['{}', '"text"', 'null', json])('is never %s', (body) => {
    expect(codeOf(() => fromHttp(BATCH, body))).toBe('invalid-batch');
  });
});

describe('binary mode', () => {
  const body = JSON.stringify(sample.data);

  it('takes the attributes from headers and the data from the body', () => {
    const event = single(binary(sample, { 'ce-correlationid': 'c-1', host: 'herald.example' }), body);
    expect(event).toEqual({ ...sample, correlationid: 'c-1', datacontenttype: 'application/json' });
  });

  it('needs no content type', () => {
    expect(parseCloudEvent(single({ ...binary(sample), 'content-type': undefined }, body)).id).toBe(
      sample.id,
    );
  });

  it.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['"Euro%20%E2%82%AC"', 'Euro €'],
    ['"a \\"quoted\\" word"', 'a "quoted" word'],
    ['%2541', '%41'],
    ['100%', '100%'],
    ['plain', 'plain'],
  ])('reads the header %s as %s', (header, subject) => {
    expect(single(binary(sample, { 'ce-subject': header }), body)).toHaveProperty('subject', subject);
  });

  it.each(['%C0%A0', '%ff', '%ED%A0%80'])('refuses %s, which is not UTF-8', (header) => {
    expect(codeOf(() => fromHttp(binary(sample, { 'ce-subject': header }), body))).toBe('invalid-cloudevent');
  });

  it('lets no line break in by percent-encoding', () => {
    const event = single(binary(sample, { 'ce-correlationid': 'a%0D%0AX-Header:%201' }), body);
    expect(() => parseCloudEvent(event)).toThrow(/^correlationid: /);
  });

  it('does not accept a header instead of the data', () => {
    expect(single(binary(sample, { 'ce-data': 'x' }), body)).toHaveProperty('data', sample.data);
    expect(() => parseCloudEvent(single(binary(sample), ''))).toThrow(/^data: Required/);
  });

  it('handles ce-__proto__ safely', () => {
    const headers = Object.fromEntries([...Object.entries(binary(sample)), ['ce-__proto__', 'x']]);
    expect(() => parseCloudEvent(single(headers, body))).toThrow(/^__proto__: /);
  });
});

describe('what is refused', () => {
  it.each([
    ['malformed-json', STRUCTURED, '{"specversion":'],
    ['malformed-json', STRUCTURED, ''],
    ['malformed-json', BATCH, '[1,]'],
    ['malformed-json', { 'content-type': 'application/json' }, 'specversion=1.0'],
    ['malformed-json', binary(sample), '{'],
    ['unsupported-content-type', {}, json],
    ['unsupported-content-type', { 'content-type': '' }, json],
    ['unsupported-content-type', { 'content-type': 'application/x-www-form-urlencoded' }, json],
    ['unsupported-content-type', { 'content-type': 'text/plain' }, json],
    ['unsupported-content-type', { 'content-type': 'application/cloudevents+avro' }, json],
    ['unsupported-content-type', { 'content-type': 'application/cloudevents' }, json],
    ['unsupported-content-type', binary(sample, { 'content-type': 'application/xml' }), '<a/>'],
  ])('%s for %j and %s', (code, headers, body) => {
    expect(codeOf(() => fromHttp(headers, body))).toBe(code);
  });
});

/** A message of the SDK as a server sees it: header values are text, names in lower case. */
const received = ({ headers, body }: Message) => {
  const seen = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return parseCloudEvent(single(Object.fromEntries(seen), String(body)));
};

describe('events of the CloudEvents SDK', () => {
  it.each(samples)('%s arrives the same in both modes', (_, event) => {
    const built = new CloudEvent({ ...event, correlationid: 'c-1', sequence: 7 });
    const expected = parseCloudEvent({ ...event, correlationid: 'c-1' });
    expect(received(HTTP.structured(built))).toEqual(expected);
    expect(received(HTTP.binary(built))).toEqual(expected);
  });

  it.each([Mode.BINARY, Mode.STRUCTURED])('arrive when emitted in %s mode', async (mode) => {
    const emit = emitterFor(async (message) => received(message), { binding: HTTP, mode });
    expect(await emit(new CloudEvent({ ...sample }))).toEqual(parseCloudEvent(sample));
  });

  it('may leave id and time to the SDK', () => {
    const { source, type, data } = sample;
    expect(received(HTTP.structured(new CloudEvent({ source, type, data })))).toMatchObject({
      source,
      type,
      data,
    });
  });
});
