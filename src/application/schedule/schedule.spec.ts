import { describe, expect, it } from 'vitest';
import type { AgendaDocument } from '../projections/agenda.js';
import { Schedule } from './schedule.js';

const NOW = '2026-03-02T09:00:00.000Z';

/** A schedule over an agenda in memory; `decide` is what happens to one of its accounts. */
const scheduleOf = (
  due: AgendaDocument[],
  decide: (accountId: string) => Promise<void>,
  clock = { now: () => NOW },
) =>
  new Schedule(
    { caughtUp: async () => undefined, isWriting: () => true } as never,
    {
      due: async (_now: string, limit: number, wanted: (one: AgendaDocument) => boolean) =>
        due.filter(wanted).slice(0, limit),
    } as never,
    { decide } as never,
    {} as never,
    {} as never,
    { concurrency: 1 } as never,
    clock,
  );

const entry = (id: string) =>
  ({ id: `account:${id}`, kind: 'account', accountId: id, position: '1' }) as AgendaDocument;

describe('The schedule', () => {
  it('never begins a tick while one is under way, however long that takes', async () => {
    let underWay = 0;
    let most = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const due = [entry('a')];
    const schedule = scheduleOf(due, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await held;
      underWay -= 1;
      due.length = 0;
    });
    const first = schedule.tick();
    await schedule.tick();
    await schedule.tick();
    release();
    await first;
    expect(most).toBe(1);
    expect(underWay).toBe(0);
  });

  it('takes all that is due, in chunks', async () => {
    const due = Array.from({ length: 1_000 }, (_, n) => entry(`a${n}`));
    const seen = new Set<string>();
    await scheduleOf(due, async (id) => {
      seen.add(id);
      due.splice(
        due.findIndex((one) => one.id === `account:${id}`),
        1,
      );
    }).tick();
    expect(seen.size).toBe(1_000);
  });

  it('goes on with the others when one fails, and tries that again after a minute', async () => {
    let now = NOW;
    const tried: string[] = [];
    const due = [entry('bad'), entry('good')];
    const schedule = scheduleOf(
      due,
      async (id) => {
        tried.push(id);
        if (id === 'bad') throw new Error('It cannot be decided.');
        due.pop();
      },
      { now: () => now },
    );
    await schedule.tick();
    await schedule.tick();
    expect(tried).toEqual(['bad', 'good']);
    now = '2026-03-02T09:01:00.000Z';
    await schedule.tick();
    expect(tried).toEqual(['bad', 'good', 'bad']);
  });

  it('begins nothing after it was closed', async () => {
    const schedule = scheduleOf([entry('a')], async () => expect.unreachable('it was decided'));
    await schedule.close();
    await schedule.tick();
  });
});
