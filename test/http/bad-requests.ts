import { anEvent, aPost } from './events.js';
import { BATCH_TYPE, EVENT_TYPE, JSON_TYPE } from './herald.js';

/** A request that Herald must refuse, and how. */
export interface BadRequest {
  readonly what: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly code: string;
  /** The fields at fault that the answer names. */
  readonly fields?: readonly string[];
}

export const post = (type: string | undefined, body: RequestInit['body']): RequestInit => ({
  method: 'POST',
  // as bytes: fetch gives text a content type of its own
  body: typeof body === 'string' ? Buffer.from(body) : (body ?? null),
  ...(type === undefined ? {} : { headers: { 'content-type': type } }),
});

const published = (what: string, init: RequestInit, status: number, code: string, fields?: string[]) => ({
  ...{ what, path: '/v1/events', init, status, code },
  ...(fields ? { fields } : {}),
});

const body = (what: string, text: RequestInit['body'], code: string, fields?: string[]): BadRequest =>
  published(what, post(EVENT_TYPE, text), 400, code, fields);

const event = (what: string, content: unknown, fields: string[], code = 'invalid-cloudevent'): BadRequest =>
  body(what, JSON.stringify(content), code, fields);

const data = (
  what: string,
  name: string,
  changes: Readonly<Record<string, unknown>>,
  field: string,
): BadRequest => {
  const content = anEvent('bad', name, { ...GOOD[name], ...changes });
  return event(what, content, [`data.${field}`], 'invalid-event-data');
};

const GOOD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'partner.zone-changed': { partnerId: 'partner-1' },
  'partner-user.added': {
    ...{ userId: 'ada', partnerId: 'partner-1', name: 'Ada', email: 'ada@partner.example', role: 'admin' },
  },
  'post.awaiting-approval': aPost('good').data,
  'post.approved': { postId: 'post-1', partnerId: 'partner-1' },
};

const MEGABYTE = 'a'.repeat(1024 * 1024);
const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);
const objectOf = (members: number) =>
  Object.fromEntries(Array.from({ length: members }, (_, n) => [`A${n}`, []]));
const valid = JSON.stringify(aPost('bad'));
const broken = Buffer.from(valid);
// the second byte of a character that takes two is none that can follow
broken.set([0xc3, 0x28], broken.indexOf('Spring'));

const binary = (headers: Readonly<Record<string, string>>, content = '{}'): RequestInit => ({
  ...post(undefined, content),
  headers: {
    ...{ 'ce-specversion': '1.0', 'ce-id': 'bad', 'ce-source': '/test', 'ce-time': '2026-03-02T09:00:00Z' },
    ...{ 'ce-type': 'herald.post.approved.v1', 'content-type': JSON_TYPE },
    ...headers,
  },
});

const BODIES: readonly BadRequest[] = [
  body('an empty body', '', 'malformed-json'),
  body('half of a body', valid.slice(0, 40), 'malformed-json'),
  body('text that is no JSON', 'hello', 'malformed-json'),
  body('JSON with a comma too many', '{"id": "bad",}', 'malformed-json'),
  body('a hundred thousand brackets without an end', '['.repeat(100_000), 'json-too-complex', ['body']),
  body('bytes that are not UTF-8', broken, 'malformed-json', ['body']),
  body('text in UTF-16', Buffer.from(`\ufeff${valid}`, 'utf16le'), 'malformed-json', ['body']),
  body('null', 'null', 'invalid-cloudevent', ['event']),
  body('a number', '7', 'invalid-cloudevent', ['event']),
  body('a list as one event', '[]', 'invalid-cloudevent', ['event']),
  body('a hundred thousand brackets', DEEP, 'json-too-complex', ['body']),
  body('a hundred thousand attributes', JSON.stringify(objectOf(100_000)), 'json-too-complex', ['body']),
  body('a thousand attributes', JSON.stringify(objectOf(1_000)), 'invalid-cloudevent', ['event']),
  body('three megabytes', `"${'a'.repeat(3 * 1024 * 1024)}"`, 'payload-too-large'),
].map((row) => (row.code === 'payload-too-large' ? { ...row, status: 413 } : row));

const TYPES: readonly BadRequest[] = [
  ...['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/cloudevents+avro'].map(
    (type) =>
      published(`the type ${type}`, post(type, valid), 415, 'unsupported-content-type', ['content-type']),
  ),
  ...['garbage', 'application/json charset=utf-8'].map((type) =>
    published(`the type ${type}, which is none`, post(type, valid), 415, 'unsupported-content-type', [
      'content-type',
    ]),
  ),
  published('no type', post(undefined, valid), 415, 'unsupported-content-type', ['content-type']),
  published('neither type nor body', { method: 'POST' }, 415, 'unsupported-content-type', ['content-type']),
  published('binary XML', binary({ 'content-type': 'text/xml' }), 415, 'unsupported-content-type', [
    'content-type',
  ]),
];

const BATCHES: readonly BadRequest[] = [
  published('an object as a batch', post(BATCH_TYPE, valid), 400, 'invalid-batch'),
  published('a batch of nothing good', post(BATCH_TYPE, '[null, 7]'), 400, 'batch-refused'),
  published('deep brackets as a batch', post(BATCH_TYPE, DEEP), 400, 'json-too-complex', ['body']),
  published('an empty batch', post(BATCH_TYPE, '[]'), 400, 'empty-batch'),
  published('an empty list', post(JSON_TYPE, '[]'), 400, 'empty-batch'),
  published('a batch of 1001', post(BATCH_TYPE, `[${'0,'.repeat(1000)}0]`), 413, 'batch-too-large'),
];

const ENVELOPES: readonly BadRequest[] = [
  event('an event of nothing', {}, ['specversion', 'id', 'source', 'type', 'time', 'data']),
  event('a number as id', { ...aPost('bad'), id: 7 }, ['id']),
  event('null as id', { ...aPost('bad'), id: null }, ['id']),
  event('a megabyte of id', { ...aPost('bad'), id: MEGABYTE }, ['id']),
  event('a megabyte of source', { ...aPost('bad'), source: MEGABYTE }, ['source']),
  event('a megabyte of type', { ...aPost('bad'), type: MEGABYTE }, ['type']),
  event('a line break in the source', { ...aPost('bad'), source: '/a\r\nX-Evil: 1' }, ['source']),
  event('a list as type', { ...aPost('bad'), type: ['herald.post.approved.v1'] }, ['type']),
  event(
    'an unknown type',
    { ...aPost('bad'), type: 'herald.post.aproved.v1' },
    ['type'],
    'unknown-event-type',
  ),
  event('constructor as type', { ...aPost('bad'), type: 'constructor' }, ['type'], 'unknown-event-type'),
  event('the year 275760', { ...aPost('bad'), time: '+275760-09-13T00:00:00Z' }, ['time']),
  event('a time to come', { ...aPost('bad'), time: '2026-03-04T00:00:00Z' }, ['time']),
  event('a time without a zone', { ...aPost('bad'), time: '2026-03-02T09:00:00' }, ['time']),
  event('a list as data', { ...aPost('bad'), data: [] }, ['data']),
  event('null as data', { ...aPost('bad'), data: null }, ['data']),
  event('an object as attribute', { ...aPost('bad'), trace: { a: 1 } }, ['trace']),
  body(
    '__proto__ as attribute',
    valid.replace('{', '{"__proto__":{"polluted":true},'),
    'invalid-cloudevent',
    ['__proto__'],
  ),
  published('a header with a line break', binary({ 'ce-id': 'a%0D%0AB' }), 400, 'invalid-cloudevent', [
    ...['id', 'data.postId', 'data.partnerId'],
  ]),
  published('a header that is not UTF-8', binary({ 'ce-id': '%ff' }), 400, 'invalid-cloudevent', ['id']),
  published('binary data that is no JSON', binary({}, '{'), 400, 'malformed-json'),
  published('binary mode without data', binary({}, ''), 400, 'invalid-cloudevent', ['data']),
];

const DATA: readonly BadRequest[] = [
  data('an unknown zone', 'partner.zone-changed', { timeZone: 'Mars/Olympus' }, 'timeZone'),
  data('an offset as zone', 'partner.zone-changed', { timeZone: '+02:00' }, 'timeZone'),
  data('a megabyte of zone', 'partner.zone-changed', { timeZone: MEGABYTE }, 'timeZone'),
  data('a name of line breaks', 'partner-user.added', { name: '\r\n\u2028' }, 'name'),
  data(
    'a line feed in an address',
    'partner-user.added',
    { email: 'ada@a.example\nBcc: b@c.example' },
    'email',
  ),
  data('two addresses', 'partner-user.added', { email: 'ada@a.example, b@c.example' }, 'email'),
  data('a megabyte of address', 'partner-user.added', { email: `${MEGABYTE}@a.example` }, 'email'),
  data('a megabyte of name', 'partner-user.added', { name: MEGABYTE }, 'name'),
  data('a list as name', 'partner-user.added', { name: ['Ada'] }, 'name'),
  data('an unknown role', 'partner-user.added', { role: 'root' }, 'role'),
  data('the user __proto__', 'partner-user.added', { userId: '__proto__' }, 'userId'),
  data('a number as id of a post', 'post.approved', { postId: 7 }, 'postId'),
  data('a path as id', 'post.approved', { partnerId: '../../etc' }, 'partnerId'),
  data('no partner', 'post.approved', { partnerId: undefined }, 'partnerId'),
  data('a date of 275760', 'post.awaiting-approval', { publishAt: '+275760-09-13T00:00:00Z' }, 'publishAt'),
  data('half a character', 'post.awaiting-approval', { title: 'Spring \ud83c' }, 'title'),
  body('deep brackets as id', JSON.stringify(aPost('bad')).replace('"post-1"', DEEP), 'json-too-complex', [
    'body',
  ]),
];

/** Everything that POST /v1/events refuses. */
export const BAD_EVENTS: readonly BadRequest[] = [...BODIES, ...TYPES, ...BATCHES, ...ENVELOPES, ...DATA];
