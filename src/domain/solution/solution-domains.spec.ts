import { describe, expect, it } from 'vitest';
import { MAX_ALLOWED_DOMAINS } from '../bounds.js';
import { AllowedDomains } from './allowed-domains.js';
import { isPrivateHost } from './private-host.js';
import { refusedDomains, type SolutionDomains } from './solution-domains.js';

const ANY: SolutionDomains = { senders: undefined, links: undefined, isTest: false };

const refused = (changes: object, domains: Partial<SolutionDomains> = {}) =>
  refusedDomains(
    {
      solutionId: 'aurora',
      sender: { name: 'Aurora', address: 'no-reply@aurora.example' },
      baseUrl: 'https://portal.aurora.example',
      accountUrl: undefined,
      postUrl: undefined,
      branding: undefined,
      ...changes,
    },
    { ...ANY, ...domains },
  ).map(({ field }) => field);

describe('The domains that are allowed', () => {
  const allowed = AllowedDomains.parse(
    ' example.com\n*.Example.org aurora=aurora.example aurora=*.aurora.example linden=bücher.example ',
  );

  it.each([
    ['other', 'example.com', true],
    ['other', 'EXAMPLE.com.', true],
    ['other', 'mail.example.com', false],
    ['other', 'notexample.com', false],
    ['other', 'a.b.example.org', true],
    ['other', 'example.org', false],
    ['other', 'aurora.example', false],
    ['aurora', 'aurora.example', true],
    ['aurora', 'mail.aurora.example', true],
    ['aurora', 'aurora.example.evil.example', false],
    ['aurora', 'example.com', false],
    ['linden', 'xn--bcher-kva.example', true],
  ] as const)(
    'are those of the solution, or of all if it has none of its own: %s %s',
    (solution, domain, is) => {
      expect(allowed?.allows(solution, domain)).toBe(is);
    },
  );

  it.each([
    '',
    ' ',
    'https://example.com',
    'example.com/x',
    'a=b=c',
    '=x',
    'x=',
    'a@b',
    '*',
    '*.',
    'a:1',
    'a*b',
  ])('are refused as a setting that holds something else: %j', (setting) => {
    expect(AllowedDomains.parse(setting)).toBeUndefined();
  });

  it('are bounded', () => {
    const domains = (count: number) => Array.from({ length: count }, (_, n) => `d${n}.example`).join(' ');
    expect(AllowedDomains.parse(domains(MAX_ALLOWED_DOMAINS))).toBeDefined();
    expect(AllowedDomains.parse(domains(MAX_ALLOWED_DOMAINS + 1))).toBeUndefined();
  });
});

describe('The settings of a solution', () => {
  it('name any public domain where nothing is configured', () => {
    expect(refused({})).toEqual([]);
  });

  it('lead nowhere but to public sites over https, unless the clock is a test clock', () => {
    for (const baseUrl of [
      'http://portal.aurora.example',
      'https://127.0.0.1',
      'https://2130706433/v1/projections',
      'https://0x7f.1',
      'https://[::1]',
      'https://10.0.0.5',
      'https://localhost',
      'https://a.localhost.',
      'https://router',
      'https://portal.internal',
      'https://portal.corp:8443',
      'https://printer.local',
    ]) {
      expect(refused({ baseUrl }), baseUrl).toEqual(['baseUrl']);
      expect(refused({ baseUrl }, { isTest: true }), baseUrl).toEqual([]);
    }
  });

  it('lead to a private host that the operator names, over https', () => {
    const links = AllowedDomains.parse('portal.corp 10.0.0.5 [fd00::1]');
    for (const baseUrl of ['https://portal.corp/x', 'https://10.0.0.5', 'https://[fd00::1]:8443'])
      expect(refused({ baseUrl }, { links })).toEqual([]);
    expect(refused({ baseUrl: 'http://portal.corp' }, { links })).toEqual(['baseUrl']);
    expect(refused({ baseUrl: 'https://10.0.0.6' }, { links })).toEqual(['baseUrl']);
  });

  it('are refused with every field that lies outside, also on a test clock', () => {
    const domains = {
      senders: AllowedDomains.parse('aurora=aurora.example'),
      links: AllowedDomains.parse('aurora=portal.aurora.example'),
    };
    expect(refused({}, domains)).toEqual([]);
    const outside = {
      sender: { name: 'Bank', address: 'security@bank.example' },
      baseUrl: 'https://evil.example',
      accountUrl: 'https://evil.example/{accountId}',
      postUrl: 'https://portal.aurora.example/{postId}',
      branding: { logoUrl: 'https://evil.example/logo.png' },
    };
    const fields = ['sender.address', 'baseUrl', 'accountUrl', 'branding.logoUrl'];
    expect(refused(outside, domains)).toEqual(fields);
    expect(refused(outside, { ...domains, isTest: true })).toEqual(fields);
    expect(refused({ solutionId: 'other' }, domains)).toEqual(['sender.address', 'baseUrl']);
    const footer = (text: string) => refused({ branding: { footer: text } }, domains);
    expect(footer('Aurora Inc. · https://portal.aurora.example/imprint · info@aurora.example')).toEqual([]);
    expect(footer('Imprint: evil.example/x')).toEqual(['branding.footer']);
    expect(footer('https://x@evil.example')).toEqual(['branding.footer']);
    expect(footer('http://10.0.0.1/x')).toEqual(['branding.footer']);
  });
});

it.each([
  ['192.168.1.1', true],
  ['[2001:db8::1]', true],
  ['intranet', true],
  ['home.arpa', false],
  ['x.home.arpa', true],
  ['x.LOCALHOST', true],
  ['portal.example', false],
  ['local.example', false],
  ['1.2.3.4.example', false],
])('whether a host is known in one network only: %s', (host, is) => {
  expect(isPrivateHost(host)).toBe(is);
});
