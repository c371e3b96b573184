import { describe, expect, it } from 'vitest';
import { sampleOf, samples } from '../../../test/samples.js';
import { MAX_ATTRIBUTES, MAX_ERRORS } from '../../domain/bounds.js';
import { InvalidEvent, parseCloudEvent } from './cloud-event.js';
import { type InboundType, inboundTypes } from './inbound-types.js';

type Changes = Readonly<Record<string, unknown>>;

const refusal = (raw: unknown): InvalidEvent => {
  try {
    parseCloudEvent(raw);
  } catch (error) {
    if (error instanceof InvalidEvent) return error;
    throw error;
  }
  throw new Error('The event was accepted.');
};

const fieldsOf = ({ errors }: InvalidEvent) => errors.map(({ field }) => field);
const messageOf = (raw: unknown) => refusal(raw).errors[0]?.message ?? '';

/** The sample of a type with other data; `undefined` leaves a field out. */
const withData = (name: string, changes: Changes) => {
  const sample = sampleOf(`herald.${name}.v1` as InboundType);
  return JSON.parse(JSON.stringify({ ...sample, data: { ...sample.data, ...changes } })) as unknown;
};

const withAttributes = (changes: Changes): unknown =>
  JSON.parse(JSON.stringify({ ...sampleOf('herald.post.approved.v1'), ...changes }));

const MEGABYTE = 'a'.repeat(1_000_000);
const DANGEROUS = JSON.parse(
  '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
) as object;

describe('the envelope', () => {
  it.each([
    ['another version', { specversion: '0.3' }, ['specversion']],
    ['no version', { specversion: undefined }, ['specversion']],
    ['a version as a number', { specversion: 1 }, ['specversion']],
    ['no id', { id: undefined }, ['id']],
    ['an empty id', { id: '' }, ['id']],
    ['a long id', { id: 'a'.repeat(257) }, ['id']],
    ['a number as id', { id: 7 }, ['id']],
    ['no source', { source: undefined }, ['source']],
    ['an empty source', { source: '' }, ['source']],
    ['a source with a line break', { source: '/posts\r\nX: 1' }, ['source']],
    ['a source with spaces', { source: 'the platform' }, ['source']],
    ['a long source', { source: `/${'a'.repeat(1024)}` }, ['source']],
    ['no type', { type: undefined }, ['type']],
    ['a list as type', { type: ['herald.post.approved.v1'] }, ['type']],
    ['no time', { time: undefined }, ['time']],
    ['null as time', { time: null }, ['time']],
    ['a date as time', { time: '2026-03-02' }, ['time']],
    ['a local time', { time: '2026-03-02T08:00:00' }, ['time']],
    ['a time with a zone in brackets', { time: '2026-03-02T08:00:00+01:00[Europe/Berlin]' }, ['time']],
    ['seconds since 1970', { time: 1_772_438_400 }, ['time']],
    ['the year 275760', { time: '+275760-09-13T00:00:00Z' }, ['time']],
    ['the year 1999', { time: '1999-12-31T23:59:59Z' }, ['time']],
    ['the year 2200 by its offset', { time: '2199-12-31T23:59:59-01:00' }, ['time']],
    ['30 February', { time: '2026-02-30T08:00:00Z' }, ['time']],
    ['another media type', { datacontenttype: 'application/xml' }, ['datacontenttype']],
    ['no data', { data: undefined }, ['data']],
    ['data as text', { data: '{}' }, ['data']],
    ['data as a list', { data: [] }, ['data']],
    ['data as null', { data: null }, ['data']],
    ['data in base64', { data: undefined, data_base64: 'e30=' }, ['data_base64', 'data']],
    ['an attribute in capitals', { correlationId: 'c-1' }, ['correlationId']],
    ['an attribute that is an object', { trace: { id: 1 } }, ['trace']],
    ['an empty subject', { subject: '' }, ['subject']],
    ['a correlation id with a line break', { correlationid: 'a\nb' }, ['correlationid']],
    ['a megabyte of id', { id: MEGABYTE }, ['id']],
  ])('refuses %s', (_, changes, fields) => {
    const error = refusal(withAttributes(changes));
    expect(error.code).toBe('invalid-cloudevent');
    expect([...fieldsOf(error)].sort()).toEqual([...fields].sort());
  });

  it.each([undefined, null, 7, 'text', true, [], [[]]])('refuses %j, which is no object', (raw) => {
    expect(refusal(raw)).toMatchObject({ code: 'invalid-cloudevent', field: 'event' });
  });

  it.each([
    { subject: 'post-3001', dataschema: 'https://platform.example/schemas/post' },
    { subject: null, datacontenttype: null, correlationid: null },
    { datacontenttype: 'application/json; charset=utf-8' },
    { datacontenttype: 'application/vnd.platform+json' },
    { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', sequence: 7, sampled: true },
    { source: '/posts' },
    { source: 'urn:platform:posts' },
    { id: '0' },
  ])('takes %j', (changes) => {
    expect(parseCloudEvent(withAttributes(changes)).type).toBe('herald.post.approved.v1');
  });

  it('keeps the correlation id, and leaves it out where there is none', () => {
    expect(parseCloudEvent(withAttributes({ correlationid: 'c-1' })).correlationId).toBe('c-1');
    expect(parseCloudEvent(withAttributes({}))).not.toHaveProperty('correlationId');
  });

  it('reports all problems at once, including those of the data', () => {
    const error = refusal(withAttributes({ specversion: '2.0', time: undefined, data: { postId: '' } }));
    expect(error.code).toBe('invalid-cloudevent');
    expect(fieldsOf(error)).toEqual(['specversion', 'time', 'data.postId', 'data.partnerId']);
    expect(error.field).toBe('specversion');
  });

  const withSoManyAttributes = (count: number, name: (n: number) => string) => {
    const { length } = Object.keys(sampleOf('herald.post.approved.v1'));
    return withAttributes(Object.fromEntries(Array.from({ length: count - length }, (_, n) => [name(n), n])));
  };

  it('has a limited number of attributes', () => {
    expect(parseCloudEvent(withSoManyAttributes(MAX_ATTRIBUTES, (n) => `a${n}`)).type).toBe(
      'herald.post.approved.v1',
    );
    const error = refusal(withSoManyAttributes(MAX_ATTRIBUTES + 1, (n) => `a${n}`));
    expect(error).toMatchObject({ code: 'invalid-cloudevent', field: 'event' });
  });

  it('with too many attributes reports that, and nothing else', () => {
    expect(refusal(withSoManyAttributes(5_000, (n) => `A${n}`)).errors).toHaveLength(1);
  });

  it('shows only the beginning of a long name', () => {
    for (const name of ['a'.repeat(1_000_000), 'A'.repeat(1_000_000)])
      for (const field of fieldsOf(refusal(withAttributes({ [name]: [] }))))
        expect(field).toBe(name.slice(0, 64));
  });
});

describe('what is wrong', () => {
  it('is named up to the limit', () => {
    const errors = (length: number) =>
      new InvalidEvent(
        'invalid-event-data',
        Array.from({ length }, (_, n) => ({ field: `f${n}`, message: 'Wrong.' })),
      ).errors;
    expect(errors(MAX_ERRORS)).toHaveLength(MAX_ERRORS);
    expect(errors(MAX_ERRORS + 1)).toHaveLength(MAX_ERRORS);
  });
});

describe('the type', () => {
  it.each(['herald.post.aproved.v1', 'herald.post.approved.v2', 'Herald.Post.Approved.v1'])(
    '%s is unknown, with a guess at what was meant',
    (type) => {
      const error = refusal(withAttributes({ type }));
      expect(error).toMatchObject({ code: 'unknown-event-type', field: 'type' });
      expect(error.message).toContain('Did you mean herald.post.approved.v1?');
    },
  );

  it.each(['com.example.other', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is unknown, with the types that are known',
    (type) => {
      const error = refusal(withAttributes({ type }));
      expect(error.code).toBe('unknown-event-type');
      expect(error.message).not.toContain('Did you mean');
      for (const known of inboundTypes) expect(error.message).toContain(known);
    },
  );
});

describe('the data', () => {
  const rows: readonly (readonly [string, Changes, readonly string[]])[] = [
    ['solution.configured', { solutionId: undefined }, ['solutionId']],
    ['solution.configured', { entitled: 'yes' }, ['entitled']],
    ['solution.configured', { name: '   ' }, ['name']],
    ['solution.configured', { timeZone: '+02:00' }, ['timeZone']],
    ['solution.configured', { locale: 'C' }, ['locale']],
    ['solution.configured', { locale: 'en_US_' }, ['locale']],
    ['solution.configured', { locale: '' }, ['locale']],
    ['solution.configured', { baseUrl: 'ftp://portal.example' }, ['baseUrl']],
    ['solution.configured', { baseUrl: 'javascript:alert(1)' }, ['baseUrl']],
    ['solution.configured', { baseUrl: 'https://me:secret@portal.example' }, ['baseUrl']],
    ['solution.configured', { baseUrl: 'https://portal.example/?a=1' }, ['baseUrl']],
    ['solution.configured', { baseUrl: 'https://portal.example/\nBcc: x' }, ['baseUrl']],
    ['solution.configured', { baseUrl: 'portal.example' }, ['baseUrl']],
    ['solution.configured', { baseUrl: `https://portal.example/${'a'.repeat(2048)}` }, ['baseUrl']],
    ['solution.configured', { sender: undefined }, ['sender']],
    ['solution.configured', { sender: {} }, ['sender.name', 'sender.address']],
    [
      'solution.configured',
      { sender: { name: ' \r\n ', address: 'Ada <ada@portal.example>' } },
      ['sender.name', 'sender.address'],
    ],
    ['solution.configured', { escalationEmail: 'nobody' }, ['escalationEmail']],
    ['solution.configured', { accountUrl: 'https://portal.example/{postId}' }, ['accountUrl']],
    ['solution.configured', { accountUrl: 'https://{accountId}.portal.example/' }, ['accountUrl']],
    ['solution.configured', { accountUrl: 'https://portal.example{accountId}/' }, ['accountUrl']],
    ['solution.configured', { accountUrl: 'https://portal.example/{+accountId}' }, ['accountUrl']],
    ['solution.configured', { accountUrl: 'https://portal.example/{accountId' }, ['accountUrl']],
    ['solution.configured', { accountUrl: 'https://portal.example/accountId}' }, ['accountUrl']],
    ['solution.configured', { accountUrl: 'https://me:secret@portal.example/{accountId}' }, ['accountUrl']],
    ['solution.configured', { accountUrl: 'http://portal.example/{accountId}' }, ['accountUrl']],
    ['solution.configured', { accountUrl: 'javascript:alert({accountId})' }, ['accountUrl']],
    ['solution.configured', { postUrl: 'https://portal.example/\n{postId}' }, ['postUrl']],
    ['solution.configured', { postUrl: `https://portal.example/${'a'.repeat(512)}` }, ['postUrl']],
    ['solution.configured', { postUrl: MEGABYTE }, ['postUrl']],
    ['solution.configured', { branding: { logoUrl: 'http://portal.example/l.png' } }, ['branding.logoUrl']],
    ['solution.configured', { branding: { logoUrl: 'data:image/png;base64,AA' } }, ['branding.logoUrl']],
    ['solution.configured', { branding: { color: 'blue' } }, ['branding.color']],
    ['solution.configured', { branding: { color: '#1d4ed8;}' } }, ['branding.color']],
    ['solution.configured', { branding: { color: '#ffcc00' } }, ['branding.color']],
    ['solution.configured', { branding: { footer: 'a'.repeat(501) } }, ['branding.footer']],
    ['solution.configured', { policies: [] }, ['policies']],
    [
      'solution.configured',
      {
        policies: {
          contentApprovalDefault: { admin: 'hourly' },
          accountExpiredCadence: 'never',
          sendAt: '24:00',
        },
      },
      ['policies.contentApprovalDefault.admin', 'policies.accountExpiredCadence', 'policies.sendAt'],
    ],
    ['solution.configured', { policies: { sendAt: '9:00' } }, ['policies.sendAt']],
    ['partner.registered', { partnerId: '-a' }, ['partnerId']],
    ['partner.registered', { partnerId: 'a b' }, ['partnerId']],
    ['partner.registered', { partnerId: `a${'b'.repeat(128)}` }, ['partnerId']],
    ['partner.registered', { partnerId: 7 }, ['partnerId']],
    ['partner.registered', { solutionId: undefined, name: undefined }, ['solutionId', 'name']],
    ['partner.registered', { name: '\u200b\u0000' }, ['name']],
    ['partner.registered', { name: 'Half a pair \ud83d' }, ['name']],
    ['partner.registered', { name: 'a'.repeat(201) }, ['name']],
    ['partner.registered', { name: MEGABYTE }, ['name']],
    ['partner.zone-changed', { timeZone: 'Mars/Olympus' }, ['timeZone']],
    ['partner.zone-changed', { timeZone: '' }, ['timeZone']],
    ['partner.zone-changed', { timeZone: null }, ['timeZone']],
    ['partner.zone-changed', { timeZone: '2026-01-01T00:00[Europe/Berlin]' }, ['timeZone']],
    ['partner.zone-changed', { timeZone: MEGABYTE }, ['timeZone']],
    ['partner.left', { partnerId: undefined }, ['partnerId']],
    ['partner.left', { partnerId: '../etc' }, ['partnerId']],
    ['partner-user.added', { email: 'clara@' }, ['email']],
    ['partner-user.added', { email: 'clara@a.example, x@b.example' }, ['email']],
    ['partner-user.added', { email: 'clara@a.example\r\nBcc: x@b.example' }, ['email']],
    ['partner-user.added', { email: `${'a'.repeat(250)}@a.example` }, ['email']],
    ['partner-user.added', { email: MEGABYTE }, ['email']],
    ['partner-user.added', { email: '"clara quoted"@a.example' }, ['email']],
    ['partner-user.added', { email: 'clara@[192.0.2.1]' }, ['email']],
    ['partner-user.added', { email: 'ina@harbour-.example' }, ['email']],
    ['partner-user.added', { email: 'klårå@a.example' }, ['email']],
    ['partner-user.added', { email: 'a.'.repeat(5_000_000) }, ['email']],
    ['partner-user.added', { role: 'owner' }, ['role']],
    ['partner-user.added', { role: undefined, locale: 'not a locale' }, ['role', 'locale']],
    ['partner-user.changed', { active: 'false' }, ['active']],
    ['partner-user.changed', { email: undefined, active: undefined }, ['']],
    [
      'partner-user.changed',
      { email: undefined, active: undefined, nickname: 'Clara', userId: undefined },
      ['userId', ''],
    ],
    ['partner-user.removed', { userId: undefined, partnerId: undefined }, ['userId', 'partnerId']],
    ['partner-user.preferences-changed', { contentApproval: 'yearly' }, ['contentApproval']],
    ['partner-user.preferences-changed', { accountExpiration: true }, ['accountExpiration']],
    ['partner-user.preferences-changed', { contentApproval: undefined, accountExpiration: undefined }, ['']],
    ['social-account.connected', { ownerId: undefined }, ['ownerId']],
    ['social-account.connected', { kind: 'company' }, ['ownerId']],
    ['social-account.connected', { kind: 'shared' }, ['kind']],
    ['social-account.connected', { ownerId: undefined, displayName: '' }, ['displayName', 'ownerId']],
    ['social-account.connected', { network: 'my network' }, ['network']],
    ['social-account.connected', { authorisationExpiresAt: 'soon' }, ['authorisationExpiresAt']],
    [
      'social-account.connected',
      { authorisationExpiresAt: '+275760-09-13T00:00:00Z' },
      ['authorisationExpiresAt'],
    ],
    ['social-account.token-expiring', { authorisationExpiresAt: null }, ['authorisationExpiresAt']],
    ['social-account.token-expiring', { authorisationExpiresAt: undefined }, ['authorisationExpiresAt']],
    ['social-account.authorisation-renewed', { accountId: undefined }, ['accountId']],
    [
      'social-account.authorisation-renewed',
      { authorisationExpiresAt: 1_772_438_400 },
      ['authorisationExpiresAt'],
    ],
    ['social-account.token-invalidated', { reason: undefined }, ['reason']],
    ['social-account.token-invalidated', { reason: '\r\n' }, ['reason']],
    ['social-account.removed', { accountId: {} }, ['accountId']],
    ['post.awaiting-approval', { publishAt: 'tomorrow', streamName: '\t' }, ['publishAt', 'streamName']],
    ['post.awaiting-approval', { title: 'Half a pair \ud83d' }, ['title']],
    ['post.awaiting-approval', { network: undefined, streamId: undefined }, ['network', 'streamId']],
    ['post.approved', { postId: '' }, ['postId']],
    ['post.rejected', { partnerId: null }, ['partnerId']],
    ['post.withdrawn', { postId: ['post-1'] }, ['postId']],
    ['digest.requested', { userId: undefined }, ['userId']],
  ];

  it.each(rows)('of %s is refused, row %#', (name, changes, fields) => {
    const error = refusal(withData(name, changes));
    const expected = fields.map((field) => (field ? `data.${field}` : 'data'));
    expect(error.code).toBe('invalid-event-data');
    expect([...fieldsOf(error)].sort()).toEqual(expected.sort());
    for (const { message } of error.errors) expect(message).toMatch(/^(Expected|Required)[^<>]*\.$/);
  });

  it('has a bad row for every type', () => {
    expect(new Set(rows.map(([name]) => `herald.${name}.v1`))).toEqual(new Set(inboundTypes));
  });

  it.each(samples)('of %s may not be empty', (_, sample) => {
    expect(refusal({ ...sample, data: {} }).code).toBe('invalid-event-data');
  });

  it.each(samples)('of %s may hold more than Herald reads', (type, sample) => {
    const data = { ...sample.data, tier: 'gold', nested: { a: [1] } };
    expect(parseCloudEvent({ ...sample, data })).toEqual(parseCloudEvent(sampleOf(type)));
  });

  it('says in plain English what is expected', () => {
    expect(messageOf(withData('partner.left', { partnerId: undefined }))).toBe('Required: expected text.');
    expect(messageOf(withData('partner.left', { partnerId: 7 }))).toBe('Expected text, got a number.');
    expect(messageOf(withData('partner-user.added', { role: 'owner' }))).toBe(
      'Expected one of: admin, member.',
    );
    expect(messageOf(withData('partner-user.added', { role: undefined }))).toBe(
      'Required: expected one of: admin, member.',
    );
    expect(messageOf(withData('partner.registered', { name: MEGABYTE }))).toBe(
      'Expected at most 200 characters.',
    );
    expect(messageOf(withData('partner-user.added', { email: 'Ada <a@b.example>' }))).toBe(
      'Expected one e-mail address without a name, such as ada@partner.example: it has angle brackets, so give the address alone, without a name.',
    );
    expect(messageOf(withAttributes({ time: undefined }))).toBe('Required: expected text.');
  });
});

describe('dangerous keys', () => {
  it('are ignored in the data', () => {
    const sample = sampleOf('herald.post.approved.v1');
    const data = { ...sample.data };
    Object.defineProperties(data, Object.getOwnPropertyDescriptors(DANGEROUS));
    const parsed = parseCloudEvent({ ...sample, data });
    expect(Object.getPrototypeOf(parsed.data)).toBe(Object.prototype);
    expect(Object.keys(parsed.data)).toEqual(['postId', 'partnerId']);
    expect({}).not.toHaveProperty('polluted');
  });

  it('are refused in the envelope', () => {
    const event = { ...sampleOf('herald.post.approved.v1') };
    Object.defineProperties(event, Object.getOwnPropertyDescriptors(DANGEROUS));
    expect(fieldsOf(refusal(event))).toEqual(['__proto__', 'constructor']);
    expect({}).not.toHaveProperty('polluted');
  });
});
