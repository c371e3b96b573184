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
    [instant, '2026-03-02T08:00:00Z', '2026-03-02T08:00:00.000Z'],
    [instant, '2026-03-02t08:00:00z', '2026-03-02T08:00:00.000Z'],
    [instant, '2026-03-02T09:00:00+01:00', '2026-03-02T08:00:00.000Z'],
    [instant, '2026-03-02T08:00:00.1239999Z', '2026-03-02T08:00:00.123Z'],
    [instant, '2026-03-02T08:00:00.1239999999999Z', '2026-03-02T08:00:00.123Z'],
    [instant, '2026-03-02T08:00:00.5Z', '2026-03-02T08:00:00.500Z'],
    [instant, '2000-01-01T00:00:00Z', '2000-01-01T00:00:00.000Z'],
    [instant, '2199-12-31T23:59:59.999Z', '2199-12-31T23:59:59.999Z'],
    [text(20), '  Café Morgenrot ', 'Café Morgenrot'],
    [text(20), '桜スパ 👩‍🚀', '桜スパ 👩‍🚀'],
    [baseUrl, 'HTTPS://Portal.Example/app/', 'https://portal.example/app'],
    [baseUrl, 'http://localhost:3000', 'http://localhost:3000'],
    [network, 'LinkedIn', 'linkedin'],
    [email, "o'hara+news@mail.partner.example", "o'hara+news@mail.partner.example"],
    [identifier, 'auth0:7~a.b_c@d-e', 'auth0:7~a.b_c@d-e'],
  ] as const)('is the value that Herald keeps, row %#', (schema, value, expected) => {
    expect(schema.parse(value)).toBe(expected);
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
