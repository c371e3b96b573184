import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../../test/samples.js';
import { parseCloudEvent } from '../ingest/cloud-event.js';
import {
  baseUrl,
  email,
  identifier,
  instant,
  locale,
  network,
  text,
  timeZone,
  unknownOrInstant,
} from './fields.js';

describe('a normalised field', () => {
  it.each([
    [timeZone, 'europe/berlin', 'Europe/Berlin'],
    [timeZone, 'America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    [timeZone, 'Etc/GMT+5', 'Etc/GMT+5'],
    [timeZone, 'utc', 'UTC'],
    [locale, 'DE-de', 'de-DE'],
    [locale, 'zh-hant-tw', 'zh-Hant-TW'],
    [locale, 'de_AT', 'de-AT'],
    [locale, 'en_US.UTF-8', 'en-US'],
    [locale, 'en.utf8', 'en'],
    [locale, 'de_DE.ISO-8859-15@euro', 'de-DE'],
    [locale, 'sr_RS.UTF-8@latin', 'sr-Latn-RS'],
    [locale, 'zh_TW_#Hant', 'zh-Hant-TW'],
    [locale, 'sr__#Latn', 'sr-Latn'],
    [locale, 'es_419', 'es-419'],
    [locale, 'zh_Hans_CN', 'zh-Hans-CN'],
    [instant, '2026-03-02T08:00:00Z', '2026-03-02T08:00:00.000Z'],
    [instant, '2026-03-02t08:00:00z', '2026-03-02T08:00:00.000Z'],
    [instant, '2026-03-02T09:00:00+01:00', '2026-03-02T08:00:00.000Z'],
    [instant, '2026-03-02T08:00:00.1239999Z', '2026-03-02T08:00:00.123Z'],
    [instant, '2026-03-02T08:00:00.1239999999999Z', '2026-03-02T08:00:00.123Z'],
    [instant, '2026-03-02T08:00:00.5Z', '2026-03-02T08:00:00.500Z'],
    [instant, '2026-06-30T23:59:60Z', '2026-06-30T23:59:59.000Z'],
    [instant, '2000-01-01T00:00:00Z', '2000-01-01T00:00:00.000Z'],
    [instant, '2199-12-31T23:59:59.999Z', '2199-12-31T23:59:59.999Z'],
    [text(20), '  Café Morgenrot ', 'Café Morgenrot'],
    [text(20), '桜スパ 👩‍🚀', '桜スパ 👩‍🚀'],
    [text(30), 'Two lines\r\nof title', 'Two lines of title'],
    [text(30), '\n\n A \t\u2028 B\u0000\u0085C \u001b[31m', 'A B C [31m'],
    [text(30), 'two  spaces stay', 'two  spaces stay'],
    [text(30), '\ufeffAc\u200bme\u200e \u202eGmbH\u{e0041}', 'Acme GmbH'],
    [baseUrl, 'HTTPS://Portal.Example/app/', 'https://portal.example/app'],
    [baseUrl, 'http://localhost:3000', 'http://localhost:3000'],
    [network, 'LinkedIn', 'linkedin'],
    [email, "o'hara+news@mail.partner.example", "o'hara+news@mail.partner.example"],
    [email, 'nora@bücher.example', 'nora@xn--bcher-kva.example'],
    [identifier, 'auth0:7~a.b_c@d-e', 'auth0:7~a.b_c@d-e'],
  ] as const)('is the value that Herald keeps, row %#', (schema, value, expected) => {
    expect(schema.parse(value)).toBe(expected);
  });

  it.each(['\u200b', '\ufeff\u200e', '\u3164', '\u2800', '\ufe0f', '\u0301', '\u{e0041}'])(
    'is no text if it shows nothing: %j',
    (value) => {
      expect(text(20).safeParse(value).success).toBe(false);
    },
  );

  it.each([
    '2026-02-29T08:00:00Z',
    '2026-03-01T08:00:00123Z',
    '2026-03-01T08:00:009+01:00',
    '2026-03-01T08:00:00.Z',
    '2026-04-31T08:00:00.000Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T08:60:00Z',
  ])('is no moment that does not exist: %s', (value) => {
    expect(instant.safeParse(value).success).toBe(false);
  });

  it('reads an unknown moment as absent, in either notation', () => {
    expect(unknownOrInstant.parse(null)).toBeUndefined();
    expect(unknownOrInstant.parse(undefined)).toBeUndefined();
    expect(unknownOrInstant.parse('2026-03-02T08:00:00Z')).toBe('2026-03-02T08:00:00.000Z');
  });
});

describe('the policies of a solution', () => {
  const configured = (policies: unknown) => {
    const sample = sampleOf('herald.solution.configured.v1');
    const event = parseCloudEvent({ ...sample, data: { ...sample.data, policies } });
    return event.type === 'herald.solution.configured.v1' ? event.data.policies : undefined;
  };
  const usual = {
    contentApprovalDefault: { admin: 'weekly', member: 'off' },
    accountExpiredCadence: 'same-weekday',
    sendAt: '09:00',
  };

  it.each([undefined, {}, { contentApprovalDefault: {} }])('are the usual ones for %j', (policies) => {
    expect(configured(policies)).toEqual(usual);
  });

  it('differ from the defaults only where given', () => {
    expect(configured({ contentApprovalDefault: { member: 'daily' }, sendAt: '07:30' })).toEqual({
      ...usual,
      contentApprovalDefault: { admin: 'weekly', member: 'daily' },
      sendAt: '07:30',
    });
  });
});
