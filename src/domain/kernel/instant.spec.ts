import { describe, expect, it } from 'vitest';
import { dateIn, lastSlot, mondays, onWall, slotNow, slotOn } from '../calendar/calendar.js';
import { offsetAt } from '../calendar/zone-offsets.js';
import { DAY, earliestOf, fromMillis, HOUR, latestOf, plus, toMillis } from './instant.js';

const [EARLY, LATE] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];

describe('A moment', () => {
  it('is a number of milliseconds, and back', () => {
    expect([HOUR, DAY]).toEqual([3_600_000, 86_400_000]);
    expect(fromMillis(toMillis(EARLY))).toBe(EARLY);
    expect([plus(EARLY, DAY), plus(LATE, -DAY)]).toEqual([LATE, EARLY]);
  });

  it('is the latest or the earliest of some, of those that are known', () => {
    expect([latestOf(EARLY, LATE), latestOf(LATE, EARLY), latestOf(undefined, EARLY)]).toEqual([
      ...[LATE, LATE, EARLY],
    ]);
    expect([earliestOf(EARLY, LATE), earliestOf(LATE, EARLY), earliestOf(undefined, LATE)]).toEqual([
      ...[EARLY, EARLY, LATE],
    ]);
    expect([latestOf(), latestOf(undefined), earliestOf(), earliestOf(undefined)]).toEqual([
      ...['', '', undefined, undefined],
    ]);
  });
});

describe('The offset of a zone', () => {
  const spring = Date.parse('2026-03-29T01:00:00.000Z');
  const autumn = Date.parse('2026-10-25T01:00:00.000Z');

  it('changes at the moment of its transition', () => {
    const hours = (millis: number) => offsetAt('Europe/Berlin', millis) / HOUR;
    expect([spring - 1, spring, autumn - 1, autumn].map(hours)).toEqual([1, 2, 2, 1]);
    // Asked again, and in another order, it is the same.
    expect([autumn, autumn - 1, spring, spring - 1].map(hours)).toEqual([1, 2, 2, 1]);
  });

  it('is that of its own zone, also where the clocks never change', () => {
    expect(offsetAt('Asia/Kolkata', spring)).toBe(5.5 * HOUR);
    expect(offsetAt('UTC', spring)).toBe(0);
    expect(offsetAt('America/New_York', spring)).toBe(-4 * HOUR);
    expect(() => offsetAt('Nowhere/Else', spring)).toThrow(RangeError);
  });
});

describe('On the wall', () => {
  const wall = { zone: 'America/New_York', time: '09:30' };

  it('a moment has a date and a time of its zone', () => {
    expect(onWall('2026-03-02T02:05:00.000Z', 'America/New_York')).toBe(
      '2026-03-01 21:05 (America/New_York)',
    );
    expect(dateIn('America/New_York', '2026-03-02T04:59:59.999Z')).toBe('2026-03-01');
    expect(dateIn('America/New_York', '2026-03-02T05:00:00.000Z')).toBe('2026-03-02');
    expect(dateIn('Asia/Tokyo', '1969-12-31T15:00:00.000Z')).toBe('1970-01-01');
  });

  it('a slot is a date with its moment, or a moment with its date', () => {
    expect(slotOn('2026-03-02', wall)).toEqual({
      ...{ key: '2026-03-02', date: '2026-03-02', at: '2026-03-02T14:30:00.000Z', zone: wall.zone },
    });
    expect(slotNow('request:1', '2026-03-02T02:00:00.000Z', wall.zone)).toEqual({
      ...{ key: 'request:1', date: '2026-03-01', at: '2026-03-02T02:00:00.000Z', zone: wall.zone },
    });
  });

  it('the last slot is the one whose moment has come, to the millisecond', () => {
    const first = slotOn('2026-03-02', wall);
    const dateAt = (now: string) => lastSlot(mondays, wall, first, now).date;
    expect(dateAt('2026-03-09T13:29:59.999Z')).toBe('2026-03-02');
    expect(dateAt('2026-03-09T13:30:00.000Z')).toBe('2026-03-09');
    expect(dateAt('2026-03-01T00:00:00.000Z')).toBe('2026-03-02');
  });
});
