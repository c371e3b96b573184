import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import {
  MAX_RATE_LIMITED_KEYS,
  MAX_UNSUBSCRIBE_BODY_BYTES,
  MAX_UNSUBSCRIBES_PER_CLIENT,
  MAX_UNSUBSCRIBES_PER_LINK,
} from '../../src/domain/bounds.js';
import { FixedWindow } from '../../src/infrastructure/http/limits/fixed-window.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';

describe('a window', () => {
  let now = 1;
  const window = (most: number) => new FixedWindow(most, { now: () => now });

  it('lets each key ask so often within a minute, and again in the next', () => {
    const asked = window(2);
    expect(['a', 'a', 'b', 'a'].map((key) => asked.take(key))).toEqual([true, true, true, false]);
    now += 59_000;
    expect(asked.take('a')).toBe(false);
    now += 2_000;
    expect(asked.take('a')).toBe(true);
  });

  it('remembers so many keys, and forgets the one that asked the longest time ago', () => {
    const asked = window(1);
    for (let n = 0; n < MAX_RATE_LIMITED_KEYS; n += 1) asked.take(`key ${n}`);
    expect(asked.take('key 0')).toBe(false);
    asked.take('one more');
    expect(asked.take('key 0')).toBe(false);
    expect(asked.take('key 1')).toBe(true);
  });
});

describe('the page of an unsubscribe link', () => {
  let herald: TestHerald;
  let page: (userId: string) => string;
  beforeEach(async () => {
    herald = await startTestHerald();
    const links = herald.herald.app.get(UnsubscribeLinks);
    page = (userId) => new URL(links.linkFor({ partnerId: 'nordlicht', userId })).pathname;
  });
  afterEach(() => herald.stop());

  it('is opened so often, also by clicks, and another one is not concerned', async () => {
    for (let n = 0; n < MAX_UNSUBSCRIBES_PER_LINK; n += 1)
      expect((await herald.send(page('ada'), { method: n % 2 === 0 ? 'GET' : 'POST' })).status).toBe(200);
    const refused = await herald.get<ProblemBody>(page('ada'));
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await herald.get(page('ben'))).toMatchObject({ status: 200 });
  });

  it('is limited per client, regardless of what it requests', async () => {
    const { length } = Array.from({ length: MAX_UNSUBSCRIBES_PER_CLIENT });
    for (let n = 0; n < length; n += 1)
      expect((await herald.get(`/v1/unsubscribe/guess${n}`)).status).toBe(404);
    expect(await herald.get('/v1/unsubscribe/guess')).toMatchObject({ status: 429 });
    expect(await herald.get(page('ben'))).toMatchObject({ status: 429 });
    expect(await herald.get('/v1/people')).toMatchObject({ status: 200 });
  });

  it('is kept by no cache', async () => {
    for (const method of ['GET', 'POST'])
      expect((await herald.send(page('ada'), { method })).headers.get('cache-control')).toBe('no-store');
  });

  it('takes a body of a kilobyte, and no byte more', async () => {
    const click = (bytes: number) =>
      herald.post(page('ada'), 'application/x-www-form-urlencoded', 'a'.repeat(bytes));
    expect(await click(MAX_UNSUBSCRIBE_BODY_BYTES)).toMatchObject({ status: 200 });
    expect(await click(MAX_UNSUBSCRIBE_BODY_BYTES + 1)).toMatchObject({ status: 413 });
  });
});
