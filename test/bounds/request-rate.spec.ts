import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixedWindow } from '../../src/application/limits/fixed-window.js';
import { MAX_FAILED_CREDENTIALS, MAX_RATE_LIMITED_KEYS } from '../../src/domain/bounds.js';
import { clientOf } from '../../src/infrastructure/http/limits/client-address.js';
import { FailedCredentials } from '../../src/infrastructure/http/limits/failed-credentials.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';

let now = 1;
const clock = { now: () => now };

describe('a window', () => {
  const window = (most: number) => new FixedWindow(most, undefined, clock);

  it('lets each key take so much within a minute, and says in how many seconds the next begins', () => {
    const asked = window(2);
    expect(['a', 'a', 'b', 'a'].map((key) => asked.take(key))).toEqual([0, 0, 0, 60]);
    now += 58_500;
    expect(asked.take('a')).toBe(2);
    now += 1_499;
    expect(asked.take('a')).toBe(1);
    now += 2;
    expect(asked.take('a')).toBe(0);
  });

  it('gives all of several or nothing', () => {
    const asked = window(10);
    expect(asked.take('a', 8)).toBe(0);
    expect(asked.take('a', 3)).toBe(60);
    expect(asked.take('a', 2)).toBe(0);
    expect(asked.exhausted('a')).toBe(60);
  });

  it('remembers so many keys, and forgets the one that asked the longest time ago', () => {
    const asked = window(1);
    for (let n = 0; n < MAX_RATE_LIMITED_KEYS; n += 1) asked.take(`key ${n}`);
    expect(asked.take('key 0')).toBe(60);
    asked.take('one more');
    expect(asked.take('key 0')).toBe(60);
    expect(asked.take('key 1')).toBe(0);
  });
});

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    [undefined, 'unknown'],
    ['203.0.113.7:50123', '203.0.113.7'],
    ['[2001:db8:1:2::3]:443', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::3]', '2001:db8:1:2::/64'],
    ['203.0.113.7:port', 'unknown'],
    ['', 'unknown'],
    ['no address', 'unknown'],
  ])('%s counts as %s', (ip, client) => {
    expect(clientOf(ip)).toBe(client);
  });
});

describe('wrong credentials', () => {
  const fail = (failed: FailedCredentials, times: number, ip = '203.0.113.7') => {
    for (let n = 0; n < times; n += 1) failed.failed(ip);
  };

  it('are looked at so often per address and minute, and another address is not concerned', () => {
    const failed = new FailedCredentials(clock);
    fail(failed, MAX_FAILED_CREDENTIALS - 1);
    failed.requireRoom('203.0.113.7', 'a guess');
    fail(failed, 1);
    expect(() => failed.requireRoom('203.0.113.7', 'a guess')).toThrow(
      expect.objectContaining({ code: 'too-many-requests', retryAfter: 60 }),
    );
    failed.requireRoom('203.0.113.8', 'a guess');
    now += 60_001;
    failed.requireRoom('203.0.113.7', 'a guess');
  });

  it('cost nobody their access whose credential was accepted from the same address before', () => {
    const failed = new FailedCredentials(clock);
    failed.succeeded('203.0.113.7', 'the key of a colleague');
    fail(failed, MAX_FAILED_CREDENTIALS);
    failed.requireRoom('203.0.113.7', 'the key of a colleague');
    expect(() => failed.requireRoom('203.0.113.7', 'a guess')).toThrow();
  });

  it('of a whole network count together', () => {
    const failed = new FailedCredentials(clock);
    for (let n = 0; n < MAX_FAILED_CREDENTIALS; n += 1) failed.failed(`2001:db8::${n.toString(16)}`);
    expect(() => failed.requireRoom('2001:db8::ffff', 'a guess')).toThrow();
    failed.requireRoom('2001:db8:0:1::1', 'a guess');
  });
});

describe('requests without a credential', () => {
  let herald: TestHerald;
  beforeEach(async () => {
    herald = await startTestHerald({
      HERALD_REQUESTS_PER_MINUTE: '60',
      HERALD_TRUSTED_PROXIES: '127.0.0.0/8 ::1',
    });
  });
  afterEach(() => herald.stop());

  const asked = (path: string, client: string) =>
    herald.send<ProblemBody>(path, { headers: { 'x-forwarded-for': client } });

  it('are limited per address that a trusted proxy names, and others are not concerned', async () => {
    for (let n = 0; n < 60; n += 1)
      expect((await asked('/errors', `2001:db8::${n.toString(16)}`)).status).toBe(200);
    const refused = await asked('/errors', '2001:db8::ffff');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(refused.body.detail).toBe(
      `This address has reached the limit of 60 requests per minute: retry in ${seconds} seconds.`,
    );
    expect(seconds).toBeLessThanOrEqual(60);
    expect((await asked('/errors', '203.0.113.7')).status).toBe(200);
    expect((await asked('/health/live', '2001:db8::1')).status).toBe(200);
  });

  it('are not limited while access is open', async () => {
    for (let n = 0; n < 100; n += 1) expect((await asked('/v1/people', '203.0.113.7')).status).toBe(200);
  });
});

it('Nobody but a trusted proxy says who the client is', async () => {
  const herald = await startTestHerald({ HERALD_REQUESTS_PER_MINUTE: '60' });
  const asked = (n: number) => herald.send('/errors', { headers: { 'x-forwarded-for': `203.0.113.${n}` } });
  try {
    for (let n = 0; n < 60; n += 1) expect((await asked(n)).status).toBe(200);
    expect((await asked(60)).status).toBe(429);
  } finally {
    await herald.stop();
  }
});
