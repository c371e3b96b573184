import { describe, expect, it } from 'vitest';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { WorkerLoop, type WorkItem } from './worker-loop.js';

interface Item extends WorkItem {
  readonly position: string;
  readonly group?: string;
}

const item = (id: string, group?: string): Item => ({ id, position: '1', ...(group ? { group } : {}) });

/** A loop over lists in memory, the urgent one first; `work` may end, fail or hang. */
const loopOver = (
  queues: Item[][],
  work: (item: Item) => Promise<void>,
  options: { concurrency?: number; bulk?: number; monotonicMs?: () => number } = {},
) => {
  const failed: string[] = [];
  const loop = new WorkerLoop<Item>({
    concurrency: (queue) => (queue > 0 ? options.bulk : undefined) ?? options.concurrency ?? 2,
    queues: queues.map((queue) => async (limit, isWanted) => queue.filter(isWanted).slice(0, limit)),
    work,
    versionOf: ({ position }) => position,
    groupOf: ({ group }) => group,
    onResult: ({ id }, error) => {
      if (error !== undefined) failed.push(id);
    },
    onQuery: (error) => {
      if (error !== undefined) throw error;
    },
    monotonicMs: options.monotonicMs ?? (() => 0),
  });
  return { loop, failed };
};

const remove = (queue: Item[], { id }: Item): void => {
  queue.splice(
    queue.findIndex((one) => one.id === id),
    1,
  );
};

/** A promise that a test resolves. */
const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

describe('A worker', () => {
  it('knows what failed at the last try of an item, and when it is tried again', async () => {
    let now = 0;
    let error: Error | undefined = new HeraldError('append-too-large', 'It is too large.');
    const queue = [item('one')];
    const work = async (one: Item) => {
      if (error) throw error;
      remove(queue, one);
    };
    const { loop } = loopOver([queue], work, { monotonicMs: () => now });
    expect(loop.failedTry('one')).toBeUndefined();
    await loop.settle();
    const failed = loop.failedTry('one');
    expect(failed?.message).toBe('It is too large. (append-too-large)');
    expect(failed?.againInMs).toBeGreaterThan(0);
    // Errors of stores may name hosts and files.
    error = new Error('connect ECONNREFUSED db.internal');
    now = 120_000;
    await loop.settle();
    expect(loop.failedTry('one')?.message).toBe('an unexpected error, which the log has');
    now = 130_000;
    expect(loop.failedTry('one')?.againInMs).toBe(0);
    error = undefined;
    now = 300_000;
    await loop.settle();
    expect(loop.failedTry('one')).toBeUndefined();
  });

  it('waits at most five seconds before an item that the event store did not take is tried again', async () => {
    let now = 0;
    const pauses = async (error: Error) => {
      const { loop } = loopOver([[item('one')]], () => Promise.reject(error), { monotonicMs: () => now });
      const waits: number[] = [];
      for (let n = 0; n < 12; n += 1) {
        await loop.settle();
        waits.push(loop.failedTry('one')?.againInMs ?? 0);
        now += 60_000;
      }
      return Math.max(...waits);
    };
    expect(await pauses(new HeraldError('event-store-unavailable', 'away'))).toBeLessThanOrEqual(5_000);
    expect(await pauses(new Error('a defect'))).toBeGreaterThan(25_000);
  });

  it('continues with all other items while one hangs', async () => {
    const { open, opened } = gate();
    const queue = [item('hangs'), ...Array.from({ length: 50 }, (_, n) => item(`i${n}`))];
    const done: string[] = [];
    const { open: allDone, opened: othersDone } = gate();
    const { loop } = loopOver([queue], async (one) => {
      if (one.id === 'hangs') await opened;
      done.push(one.id);
      remove(queue, one);
      if (done.length === 50) allDone();
    });
    loop.wake();
    await othersDone;
    expect(done).not.toContain('hangs');
    open();
    await loop.settle();
    expect(done).toHaveLength(51);
  });

  it('takes more than a page of items, each once', async () => {
    const queue = Array.from({ length: 1_000 }, (_, n) => item(`i${n}`));
    const seen: string[] = [];
    const { loop } = loopOver([queue], async (one) => {
      seen.push(one.id);
      remove(queue, one);
    });
    await loop.settle();
    expect(seen).toHaveLength(1_000);
    expect(new Set(seen).size).toBe(1_000);
    expect(loop.processed).toBe(1_000);
    await loop.settle();
    expect(loop.processed).toBe(1_000);
  });

  it('asks for the next page before the last one is used up, and for no item twice', async () => {
    const queue = Array.from({ length: 400 }, (_, n) => item(`i${n}`));
    const begunAtQuery: number[] = [];
    const seen: string[] = [];
    const loop = new WorkerLoop<Item>({
      concurrency: () => 2,
      queues: [
        async (limit, isWanted) => {
          begunAtQuery.push(seen.length);
          return queue.filter(isWanted).slice(0, limit);
        },
      ],
      work: async (one) => {
        seen.push(one.id);
        remove(queue, one);
      },
      versionOf: ({ position }) => position,
      onResult: () => undefined,
      onQuery: () => undefined,
      monotonicMs: () => 0,
    });
    await loop.settle();
    expect(seen).toHaveLength(400);
    expect(new Set(seen).size).toBe(400);
    expect(begunAtQuery.slice(0, 2)).toEqual([0, 101]);
  });

  it('never exceeds its concurrency', async () => {
    let underWay = 0;
    let most = 0;
    const queue = Array.from({ length: 100 }, (_, n) => item(`i${n}`));
    const { loop } = loopOver(
      [queue],
      async (one) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await Promise.resolve();
        underWay -= 1;
        remove(queue, one);
      },
      { concurrency: 7 },
    );
    await loop.settle();
    expect(most).toBe(7);
  });

  it('looks at the urgent queue first, also when others wait already', async () => {
    const urgent: Item[] = [];
    const usual = Array.from({ length: 100 }, (_, n) => item(`usual${n}`));
    const done: string[] = [];
    const { loop } = loopOver(
      [urgent, usual],
      async (one) => {
        if (done.length === 10) urgent.push(item('urgent'));
        done.push(one.id);
        remove(one.id === 'urgent' ? urgent : usual, one);
        loop.wake();
      },
      { concurrency: 1 },
    );
    await loop.settle();
    expect(done).toHaveLength(101);
    expect(done.indexOf('urgent')).toBeLessThan(15);
  });

  it('begins with an urgent item although the usual ones take all the room that they have', async () => {
    const urgent: Item[] = [];
    const usual = [item('usual1'), item('usual2')];
    const { open, opened } = gate();
    const begun: string[] = [];
    const { loop } = loopOver(
      [urgent, usual],
      async (one) => {
        begun.push(one.id);
        await opened;
        remove(one.id === 'urgent' ? urgent : usual, one);
      },
      { concurrency: 2, bulk: 1 },
    );
    loop.wake();
    await expect.poll(() => begun).toEqual(['usual1']);
    urgent.push(item('urgent'));
    loop.wake();
    await expect.poll(() => begun).toEqual(['usual1', 'urgent']);
    open();
    await loop.settle();
    expect(begun).toEqual(['usual1', 'urgent', 'usual2']);
  });

  it('works on one item of a group at a time, and on all of them', async () => {
    const queue = Array.from({ length: 20 }, (_, n) => item(`i${n}`, n % 2 === 0 ? 'even' : 'odd'));
    const busy = new Set<string>();
    const done: string[] = [];
    const { loop } = loopOver(
      [queue],
      async (one) => {
        expect(busy.has(one.group ?? '')).toBe(false);
        busy.add(one.group ?? '');
        await Promise.resolve();
        busy.delete(one.group ?? '');
        done.push(one.id);
        remove(queue, one);
      },
      { concurrency: 10 },
    );
    await loop.settle();
    expect(done).toHaveLength(20);
  });

  it('retries failed items after a back-off, and skips items unchanged since they succeeded', async () => {
    let now = 0;
    const queue = [item('bad'), item('good')];
    const tried: string[] = [];
    const { loop, failed } = loopOver(
      [queue],
      async (one) => {
        tried.push(one.id);
        if (one.id === 'bad') throw new Error('It cannot be done.');
      },
      { monotonicMs: () => now },
    );
    await loop.settle();
    await loop.settle();
    expect(tried).toEqual(['bad', 'good']);
    now = 1_000;
    await loop.settle();
    expect(tried).toEqual(['bad', 'good', 'bad']);
    now = 2_000;
    await loop.settle();
    expect(tried).toHaveLength(3);
    now = 3_000;
    await loop.settle();
    expect(failed).toEqual(['bad', 'bad', 'bad']);
    queue[1] = { ...item('good'), position: '2' };
    await loop.settle();
    expect(tried.at(-1)).toBe('good');
  });

  it('starts nothing after close, and finishes the items in progress', async () => {
    const { open, opened } = gate();
    const queue = Array.from({ length: 10 }, (_, n) => item(`i${n}`));
    const done: string[] = [];
    const { loop } = loopOver(
      [queue],
      async (one) => {
        await opened;
        done.push(one.id);
      },
      { concurrency: 1 },
    );
    loop.wake();
    await Promise.resolve();
    const closed = loop.close();
    open();
    await closed;
    loop.wake();
    await loop.settle();
    expect(done.length).toBeLessThanOrEqual(1);
  });
});
