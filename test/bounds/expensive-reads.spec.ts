import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ExpensiveReads } from '../../src/application/concurrency/expensive-reads.js';
import { MAX_EXPENSIVE_READS, MAX_WAITING_READS } from '../../src/domain/bounds.js';
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

describe('over HTTP', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald();
    expect(await herald.publishAll(SMALL_WORLD)).toMatchObject({ status: 202 });
    await herald.settled();
  });
  afterAll(() => herald.stop());

  it('why-not and difference are refused while all turns are taken; all else answers', async () => {
    const { endAll } = fill(herald.herald.app.get(ExpensiveReads));
    for (const path of [
      '/v1/why-not?person=ada&rule=content-needs-approval',
      '/v1/projections/people/difference',
    ]) {
      const answer = await herald.get<ProblemBody>(path);
      expect(answer).toMatchObject({ status: 429, body: { code: 'too-many-expensive-reads' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await herald.get('/health')).toMatchObject({ status: 200 });
    expect(await herald.get('/v1/people')).toMatchObject({ status: 200 });
    await endAll();
    expect(await herald.get('/v1/why-not?person=ada&rule=content-needs-approval')).toMatchObject({
      status: 200,
    });
  });
});
