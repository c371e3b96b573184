import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnsubscribeLinks } from '../../src/application/subscriptions/unsubscribe-links.js';
import {
  MAX_UNSUBSCRIBE_BODY_BYTES,
  MAX_UNSUBSCRIBES_PER_CLIENT,
  MAX_UNSUBSCRIBES_PER_LINK,
} from '../../src/domain/bounds.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';

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
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
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
