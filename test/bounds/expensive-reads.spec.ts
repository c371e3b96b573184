import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ExpensiveReads } from '../../src/application/concurrency/expensive-reads.js';
import { MAX_EXPENSIVE_READS, MAX_WAITING_READS } from '../../src/domain/bounds.js';
import { browserOf } from '../console/opened.js';
import { type ProblemBody, startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';

/** A read that ends when it is told to. */
const held = () => {
  let end = (): void => undefined;
  const read = vi.fn(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  return { read, end: () => end() };
};

/** Fills all turns and all places to wait. */
const fill = (reads: ExpensiveReads) => {
  const all = Array.from({ length: MAX_EXPENSIVE_READS + MAX_WAITING_READS }, held);
  const done = Promise.all(all.map(({ read }) => reads.run(read)));
  const begun = () => all.filter(({ read }) => read.mock.calls.length > 0);
  const endAll = async () => {
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    while (!isDone) {
      for (const { end } of begun()) end();
      await Promise.resolve();
    }
  };
  return { begun, endAll };
};

describe('expensive reads', () => {
  it('run as many at once as may, the next ones wait, and one more is refused', async () => {
    const reads = new ExpensiveReads();
    const { begun, endAll } = fill(reads);
    expect(begun()).toHaveLength(MAX_EXPENSIVE_READS);
    const oneMore = held();
    await expect(reads.run(oneMore.read)).rejects.toMatchObject({ code: 'too-many-expensive-reads' });
    expect(oneMore.read).not.toHaveBeenCalled();
    await endAll();
    expect(begun()).toHaveLength(MAX_EXPENSIVE_READS + MAX_WAITING_READS);
    expect(await reads.run(async () => 'again')).toBe('again');
  });

  it('give their turn back when they fail', async () => {
    const reads = new ExpensiveReads();
    for (let n = 0; n <= MAX_EXPENSIVE_READS + MAX_WAITING_READS; n += 1)
      await expect(reads.run(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  });
});

const PREVIEW = '/v1/templates/account-expired/preview';
const EXPENSIVE = [
  '/v1/why-not?person=ada&rule=content-needs-approval',
  '/v1/projections/people/difference',
  '/v1/notifications/summary',
  `${PREVIEW}?notification=00000000-0000-4000-8000-000000000000`,
];
const EXPENSIVE_PAGES = [
  '/console/history/counts',
  '/console/agenda',
  '/console/test-clock',
  '/console/templates/account-expired?notification=00000000-0000-4000-8000-000000000000',
  '/console/templates/account-expired/preview?notification=00000000-0000-4000-8000-000000000000',
];
const CHEAP = [
  ...['/health', '/v1/people', PREVIEW, '/console', '/console/history', '/console/test-clock/now'],
  ...['/console/templates/account-expired', '/console/templates/account-expired/preview'],
];

describe('over HTTP', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald();
    expect(await herald.publishAll(SMALL_WORLD)).toMatchObject({ status: 202 });
    await herald.settled();
  });
  afterAll(() => herald.stop());

  it('expensive questions are refused while all turns are taken; all else answers', async () => {
    const { endAll } = fill(herald.herald.app.get(ExpensiveReads));
    for (const path of EXPENSIVE) {
      const answer = await herald.get<ProblemBody>(path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 429, 'too-many-expensive-reads']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (const path of EXPENSIVE_PAGES) {
      const { status, headers } = await browserOf(herald.url).open(path);
      expect([path, status]).toEqual([path, 429]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (const path of CHEAP) expect([path, (await fetch(herald.url + path)).status]).toEqual([path, 200]);
    await endAll();
    expect(await herald.get('/v1/why-not?person=ada&rule=content-needs-approval')).toMatchObject({
      status: 200,
    });
  });
});
