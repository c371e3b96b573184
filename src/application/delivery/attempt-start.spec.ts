import { describe, expect, it } from 'vitest';
import { MAX_START_MS } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { Aggregates } from '../aggregates/aggregates.js';
import type { Clock } from '../ports/clock.js';
import { AttemptStart } from './attempt-start.js';

const aStart = (appends: readonly (() => string)[], tookMs = 0, isStillDue = async () => true) => {
  let now = 0;
  let n = 0;
  const commandIds = new Set<unknown>();
  const aggregates = {
    execute: async (_decider: unknown, _id: string, [request]: [{ context: { commandId: string } }]) => {
      commandIds.add(request.context.commandId);
      now += tookMs;
      n += 1;
      return [appends[Math.min(n, appends.length) - 1]?.()];
    },
  };
  const clock = { now: () => '2026-03-02T09:00:00.000Z', monotonicMs: () => now };
  const start = new AttemptStart(
    'n1',
    isStillDue,
    aggregates as unknown as Aggregates,
    clock as Clock,
    new AbortController().signal,
    'this instance',
  );
  return { start, commandIds };
};
const away = (): never => {
  throw new HeraldError('event-store-unavailable', 'away');
};

describe('The start of an attempt', () => {
  it('is recorded, and the attempt goes on', async () => {
    const { start } = aStart([() => 'recorded']);
    expect(await start.record()).toBe(true);
    expect([start.isAsked, start.isLost]).toEqual([true, false]);
  });

  it('is not recorded where the mail is no longer due, and is asked about once', async () => {
    const { start, commandIds } = aStart([() => 'recorded'], 0, async () => false);
    expect(await start.record()).toBe(false);
    expect([start.isLost, commandIds.size]).toEqual([true, 0]);
    let asked = 0;
    const again = aStart([away, () => 'duplicate'], 0, async () => {
      asked += 1;
      return asked === 1;
    });
    expect(await again.start.record()).toBe(true);
    expect(asked).toBe(1);
  });

  it('is lost where another instance makes the attempt', async () => {
    const { start } = aStart([() => 'nothing']);
    expect(await start.record()).toBe(false);
    expect(start.isLost).toBe(true);
  });

  it('is appended again under the same id while the event store is away', async () => {
    const { start, commandIds } = aStart([away, away, () => 'duplicate']);
    expect(await start.record()).toBe(true);
    expect(commandIds.size).toBe(1);
  });

  it('that took as long as allowed goes on; one that took longer does not: the process may have been stopped', async () => {
    expect(await aStart([() => 'recorded'], MAX_START_MS).start.record()).toBe(true);
    const { start } = aStart([() => 'recorded'], MAX_START_MS + 1);
    expect(await start.record()).toBe(false);
    expect(start.isLost).toBe(false);
  });

  it('that cannot be recorded in time is given up with the error', async () => {
    const { start } = aStart([away], MAX_START_MS + 1);
    await expect(start.record()).rejects.toThrow('away');
    expect(start.error).toBeInstanceOf(HeraldError);
  });
});
