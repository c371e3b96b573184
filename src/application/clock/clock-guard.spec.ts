import { describe, expect, it } from 'vitest';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { DAY, HOUR, plus } from '../../domain/kernel/instant.js';
import { Health } from '../health/health.js';
import type { Document, DocumentStore } from '../ports/document-store.js';
import type { EventStore, StoredEvent } from '../ports/event-store.js';
import { BelievedClock } from './believed-clock.js';
import { ClockGuard } from './clock-guard.js';
import { ClockRecords } from './clock-records.js';
import { ConfirmClockHandler } from './confirm-clock.js';
import { GetClockStatusHandler } from './get-clock-status.js';

const START = '2026-03-02T09:00:00.000Z';

/** A machine whose clock on the wall can be set, and whose monotonic clock cannot. */
const machine = () => {
  const state = { wall: START, monotonic: 1_000 };
  return {
    state,
    pass: (millis: number) => {
      state.wall = plus(state.wall, millis);
      state.monotonic += millis;
    },
    leap: (millis: number) => {
      state.wall = plus(state.wall, millis);
    },
    clock: { kind: 'test' as const, now: () => state.wall, monotonicMs: () => state.monotonic },
  };
};

const AWAY = new HeraldError('event-store-unavailable', 'away');

interface World {
  readonly serverTime?: string;
  readonly lastRecorded?: string;
  readonly away?: () => Error | undefined;
  /** What the log has. */
  readonly events?: readonly StoredEvent[];
}

const eventAt = (position: string, recordedAt: string) =>
  ({ position, metadata: { recordedAt } }) as StoredEvent;

const guardOf = async (
  { clock }: ReturnType<typeof machine>,
  kept: Map<string, Document> = new Map(),
  { serverTime, lastRecorded, away, events }: World = {},
) => {
  const documents = {
    ensure: async () => undefined,
    get: async () => kept,
    serverTime: async () => serverTime,
    write: async (_: unknown, [write]: { id: string; document: Document }[]) => {
      if (write) kept.set(write.id, write.document);
    },
  } as unknown as DocumentStore;
  const log = {
    head: async () => undefined,
    async *readAll() {
      const error = away?.();
      if (error) throw error;
      if (events) yield events;
      if (lastRecorded) yield [{ metadata: { recordedAt: lastRecorded } }];
    },
  } as unknown as EventStore;
  const health = new Health();
  const believed = new BelievedClock(clock);
  const records = new ClockRecords(documents);
  const guard = new ClockGuard(believed, { isTest: false }, log, documents, records, health);
  await guard.open();
  const handler = new ConfirmClockHandler(believed, guard, records, log, { isTest: false });
  const confirm = () => handler.execute();
  const status = () => new GetClockStatusHandler(believed, guard).execute();
  return { guard, health, kept, believed, confirm, status };
};

describe('The guard of the clock', () => {
  it('believes a clock that advances with elapsed time', async () => {
    const here = machine();
    const { guard } = await guardOf(here);
    for (let n = 0; n < 100; n += 1) {
      here.pass(DAY);
      expect(guard.isTrusted()).toBe(true);
    }
  });

  it('does not believe a clock that is a year ahead for three seconds, and believes it again afterwards', async () => {
    const here = machine();
    const { guard, health } = await guardOf(here);
    here.leap(365 * DAY);
    expect(guard.isTrusted()).toBe(false);
    expect(() => guard.now()).toThrow(expect.objectContaining({ code: 'clock-in-doubt' }));
    expect(() => guard.requirePlausible()).toThrow(expect.objectContaining({ code: 'clock-in-doubt' }));
    expect(health.parts()).toEqual([
      expect.objectContaining({
        part: 'clock',
        status: 'degraded',
        says: expect.stringContaining('herald clock confirm'),
      }),
    ]);
    here.pass(3_000);
    expect(guard.isTrusted()).toBe(false);
    here.leap(-365 * DAY);
    expect(guard.isTrusted()).toBe(true);
    expect(health.parts()).toEqual([{ part: 'clock', status: 'ok' }]);
  });

  it('believes a leap of some hours at the second reading a minute later, not before', async () => {
    const here = machine();
    const { guard } = await guardOf(here);
    here.leap(5 * HOUR);
    expect(guard.isTrusted()).toBe(false);
    here.pass(59_000);
    expect(guard.isTrusted()).toBe(false);
    here.pass(1_000);
    expect(guard.isTrusted()).toBe(true);
  });

  it('doubts again when the clock leaps once more before the second reading', async () => {
    const here = machine();
    const { guard } = await guardOf(here);
    here.leap(5 * HOUR);
    guard.isTrusted();
    here.pass(50_000);
    here.leap(5 * HOUR);
    guard.isTrusted();
    here.pass(30_000);
    expect(guard.isTrusted()).toBe(false);
  });

  it('does not accept a second reading that differs from the first', async () => {
    const here = machine();
    const { guard } = await guardOf(here);
    here.leap(5 * HOUR);
    guard.isTrusted();
    here.pass(50_000);
    here.leap(-3 * HOUR);
    guard.isTrusted();
    here.pass(30_000);
    expect(guard.isTrusted()).toBe(false);
    here.pass(30_000);
    expect(guard.isTrusted()).toBe(true);
  });

  it('believes a leap of more than 31 days only once an operator confirms it', async () => {
    const here = machine();
    const { guard, confirm, status } = await guardOf(here);
    here.leap(32 * DAY);
    here.pass(HOUR);
    expect(guard.isTrusted()).toBe(false);
    expect(await status()).toMatchObject({ trusted: false, needsConfirmation: true });
    await confirm();
    expect(await status()).toMatchObject({ trusted: true });
    here.pass(DAY);
    expect(guard.isTrusted()).toBe(true);
  });

  it('follows a clock that is put back', async () => {
    const here = machine();
    const { guard } = await guardOf(here);
    here.leap(-7 * DAY);
    expect(guard.isTrusted()).toBe(true);
    here.pass(HOUR);
    expect(guard.isTrusted()).toBe(true);
  });

  it('compares the clock with its last heartbeat at a start: an hour of rest is no leap, a weekend needs a second reading', async () => {
    const here = machine();
    const { guard, kept } = await guardOf(here);
    await guard.beat();
    here.pass(HOUR);
    expect((await guardOf(here, kept)).guard.isTrusted()).toBe(true);
    here.pass(2 * DAY);
    const { guard: after } = await guardOf(here, kept);
    expect(after.isTrusted()).toBe(false);
    expect(() => after.requirePlausible()).not.toThrow();
    here.pass(60_000);
    expect(after.isTrusted()).toBe(true);
  });

  it('accepts the clock of the read models’ server as the second reading at startup', async () => {
    const here = machine();
    const { guard, kept } = await guardOf(here);
    await guard.beat();
    here.pass(100 * DAY);
    const { guard: after } = await guardOf(here, kept, { serverTime: plus(here.state.wall, 1_000) });
    expect(after.isTrusted()).toBe(true);
  });

  it('says that the clock is behind the last recorded moment', async () => {
    const here = machine();
    const { guard, health } = await guardOf(here);
    guard.noteRecorded([eventAt('7', plus(START, HOUR))]);
    expect(health.parts()).toEqual([
      expect.objectContaining({ status: 'degraded', says: expect.stringContaining('behind') }),
    ]);
    here.pass(HOUR);
    expect(health.parts()).toEqual([{ part: 'clock', status: 'ok' }]);
  });

  it('knows of several events with a date in the future the one with the latest, whichever comes last', async () => {
    const here = machine();
    const { guard } = await guardOf(here);
    guard.noteRecorded([
      eventAt('7', plus(START, 2 * DAY)),
      eventAt('8', plus(START, HOUR)),
      eventAt('9', START),
    ]);
    expect(guard.behind()).toMatchObject({ position: '7' });
  });

  it('keeps the latest date in the future that any instance has seen', async () => {
    const here = machine();
    const kept = new Map<string, Document>();
    const events: StoredEvent[] = [];
    const one = (await guardOf(here, kept, { events })).guard;
    const other = (await guardOf(here, kept, { events })).guard;
    events.push(eventAt('7', plus(START, 2 * DAY)), eventAt('8', plus(START, HOUR)));
    one.noteRecorded(events);
    await one.look();
    expect(kept.get('future-event')).toMatchObject({ event: { position: '7' } });
    other.noteRecorded(events.slice(1));
    await other.look();
    expect(kept.get('future-event')).toMatchObject({ event: { position: '7' } });
  });

  it('keeps a date in the future while the event store is away, and overwrites no later one that it cannot look up', async () => {
    const here = machine();
    const kept = new Map<string, Document>();
    const events = [eventAt('7', plus(START, 2 * DAY)), eventAt('8', plus(START, HOUR))];
    let isAway = false;
    const away = () => (isAway ? AWAY : undefined);
    const [one, other] = [await guardOf(here, kept, { away }), await guardOf(here, kept, { away })];
    isAway = true;
    other.guard.noteRecorded(events.slice(1));
    await other.guard.look();
    expect(kept.get('future-event')).toMatchObject({ event: { position: '8' } });
    one.guard.noteRecorded(events);
    await one.guard.look();
    expect(kept.get('future-event')).toMatchObject({ event: { position: '7' } });
    other.guard.noteRecorded([eventAt('9', plus(START, 3 * HOUR))]);
    await other.guard.look();
    expect(kept.get('future-event')).toMatchObject({ event: { position: '7' } });
  });

  it('continues from the last believed moment until the leap is believed', async () => {
    const here = machine();
    const { believed } = await guardOf(here);
    here.pass(DAY);
    here.leap(5 * HOUR);
    expect(believed.now()).toBe(plus(START, DAY));
    here.pass(30_000);
    expect(believed.now()).toBe(plus(START, DAY + 30_000));
    here.pass(30_000);
    expect(believed.now()).toBe(here.state.wall);
  });

  it('dates by the machine after a start that follows some days of rest, and by the last known moment beyond 31', async () => {
    const here = machine();
    const { guard, kept } = await guardOf(here);
    await guard.beat();
    here.pass(30 * DAY);
    expect((await guardOf(here, kept)).believed.now()).toBe(here.state.wall);
    here.pass(2 * DAY);
    const { believed } = await guardOf(here, kept);
    here.pass(HOUR);
    expect(believed.now()).toBe(plus(START, HOUR));
  });

  it('compares the clock with its last heartbeat also while the event store is away', async () => {
    const here = machine();
    const { guard, kept } = await guardOf(here);
    await guard.beat();
    here.pass(40 * DAY);
    expect((await guardOf(here, kept, { away: () => AWAY })).guard.isTrusted()).toBe(false);
  });

  it('is as strict as before once a clock that was ahead is right again: heartbeats follow it back', async () => {
    const here = machine();
    const { kept, confirm } = await guardOf(here);
    here.leap(400 * DAY);
    await confirm();
    here.leap(-400 * DAY);
    await confirm();
    here.pass(40 * DAY);
    expect((await guardOf(here, kept)).guard.isTrusted()).toBe(false);
  });
});
