import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandLink, LINK_VARIABLES, linkTemplateProblem } from './link-template.js';

const problem = (template: string) => linkTemplateProblem(template, LINK_VARIABLES.accountUrl);

describe('A template of links', () => {
  it.each([
    'https://portal.example/accounts/{accountId}',
    'https://portal.example/p/{partnerId}/a/{accountId}',
    'https://portal.example:8443/#/accounts/{accountId}?from=mail',
    'https://portal.example/accounts?id={accountId}',
    'https://portal.example/accounts',
    'HTTPS://Portal.example/{accountId}',
  ])('may be %s', (template) => {
    expect(problem(template)).toBeUndefined();
  });

  it.each([
    ['https://portal.example/{userId}', '{accountId} and {partnerId}, not {userId}'],
    ['https://portal.example/{accountId:3}', 'not {accountId:3}'],
    ['https://portal.example/{}', 'not {}'],
    ['https://portal.example/{{accountId}}', 'whole'],
    ['https://portal.example{accountId}/x', 'https URL'],
    ['https://{accountId}', 'https URL'],
    ['https://', 'https URL'],
    ['//portal.example/{accountId}', 'https URL'],
    ['/accounts/{accountId}', 'https URL'],
    ['https://evil@portal.example/{accountId}', 'https URL'],
    ['https://portal.example\\@evil.example/{accountId}', 'https URL'],
  ])('may not be %s: the problem says %s', (template, said) => {
    expect(problem(template)).toContain(said);
  });
});

describe('A link', () => {
  it('has its values percent-encoded, as RFC 6570 level 1 has them', () => {
    expect(expandLink('https://p.example/{v}', { v: 'Hello World!' })).toBe(
      'https://p.example/Hello%20World%21',
    );
    expect(expandLink('https://p.example/{v}', { v: 'auth0:7~a.b_c@d-e' })).toBe(
      'https://p.example/auth0%3A7~a.b_c%40d-e',
    );
    expect(expandLink('https://p.example/{a}/{b}', { a: '1', b: '2' })).toBe('https://p.example/1/2');
  });

  it('leads to the same host and page whatever the values are', () => {
    void fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        fc.pre(!/^\.\.?$/.test(value) && !/\p{Cs}/u.test(value));
        const link = expandLink('https://portal.example/accounts/{accountId}?tab=x', { accountId: value });
        const url = new URL(link ?? '');
        expect([url.host, url.search, url.hash]).toEqual(['portal.example', '?tab=x', '']);
        expect(url.pathname.split('/')).toHaveLength(3);
        expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).toBe(value);
      }),
    );
  });
});
