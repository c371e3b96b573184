import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  daily,
  dateIn,
  firstSlot,
  firstsOfMonths,
  lastSlot,
  mondays,
  slotOn,
  weeklyFrom,
} from './calendar.js';

const at = (time: string, zone: string) => ({ zone, time });

/** As Temporal reads it. */
const compatible = (date: string, time: string, zone: string): string =>
  Temporal.PlainDateTime.from(`${date}T${time}`)
    .toZonedDateTime(zone, { disambiguation: 'compatible' })
    .toInstant()
    .toString({ fractionalSecondDigits: 3 });

const dayBefore = (date: string): string => Temporal.PlainDate.from(date).subtract({ days: 1 }).toString();

describe('A slot', () => {
  it.each([
    ['in a gap moves forward', '2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    [
      'in an overlap is the first of the two',
      '2026-10-25',
      '02:30',
      'Europe/Berlin',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'in a gap of half an hour moves forward',
      '2026-10-04',
      '02:15',
      'Australia/Lord_Howe',
      '2026-10-03T15:45:00.000Z',
    ],
    [
      'at a midnight that is skipped moves forward',
      '2026-04-24',
      '00:00',
      'Africa/Cairo',
      '2026-04-23T22:00:00.000Z',
    ],
    [
      'at a midnight that is skipped moves forward',
      '2026-03-08',
      '00:00',
      'America/Havana',
      '2026-03-08T05:00:00.000Z',
    ],
    [
      'before a change in the evening of the day before is as ever',
      '2026-03-29',
      '09:00',
      'America/Nuuk',
      '2026-03-29T10:00:00.000Z',
    ],
    [
      'on a day that a zone left out moves to the next',
      '2011-12-30',
      '09:00',
      'Pacific/Apia',
      '2011-12-30T19:00:00.000Z',
    ],
  ])('%s: %s %s %s', (_, date, time, zone, expected) => {
    expect(slotOn(date, at(time, zone)).at).toBe(expected);
    expect(compatible(date, time, zone)).toBe(expected);
  });

  it('in an overlap fires once', () => {
    const wall = at('02:30', 'Europe/Berlin');
    const first = firstSlot(daily, wall, '2026-10-24T12:00:00.000Z');
    expect(first.date).toBe('2026-10-25');
    expect(firstSlot(daily, wall, first.at, first.date).date).toBe('2026-10-26');
  });
});

describe('A rhythm', () => {
  const day = fc.integer({ min: 18_000, max: 25_000 });
  const zone = fc.constantFrom(
    'America/Nuuk',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'America/Havana',
    'Pacific/Apia',
    'UTC',
  );
  const moment = fc
    .integer({ min: 1_700_000_000, max: 1_900_000_000 })
    .map((seconds) =>
      new Temporal.Instant(BigInt(seconds) * 1_000_000_000n).toString({ fractionalSecondDigits: 3 }),
    );

  it('gives the first of its days on or after a day', () => {
    const is = {
      mondays: (one: number) => (one + 3) % 7 === 0,
      firsts: (one: number) => Temporal.PlainDate.from('1970-01-01').add({ days: one }).day === 1,
      weekly: (one: number) => (one - 20_000) % 7 === 0,
    };
    const anchor = Temporal.PlainDate.from('1970-01-01').add({ days: 20_000 }).toString();
    fc.assert(
      fc.property(day, (one) => {
        for (const [cadence, fits] of [
          [mondays, is.mondays],
          [firstsOfMonths, is.firsts],
          [weeklyFrom(anchor), is.weekly],
        ] as const) {
          let expected = one;
          while (!fits(expected)) expected += 1;
          expect(cadence(one)).toBe(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives the first slot at or after a moment, on a date after the last that was decided', () => {
    fc.assert(
      fc.property(
        zone,
        moment,
        fc.option(fc.integer({ min: -3, max: 9 }), { nil: undefined }),
        (where, from, days) => {
          const wall = at('09:00', where);
          const decided =
            days === undefined
              ? undefined
              : Temporal.PlainDate.from(dateIn(where, from)).add({ days }).toString();
          const slot = firstSlot(daily, wall, from, decided);
          expect(slot.at >= from && (decided === undefined || slot.date > decided)).toBe(true);
          const before = slotOn(dayBefore(slot.date), wall);
          expect(before.at < from || (decided !== undefined && before.date <= decided)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives the last slot that has come, or the first if none has', () => {
    fc.assert(
      fc.property(zone, moment, fc.integer({ min: 0, max: 40 }), (where, from, days) => {
        const wall = at('09:00', where);
        const first = firstSlot(mondays, wall, from);
        const now = slotOn(Temporal.PlainDate.from(first.date).add({ days }).toString(), wall).at;
        const last = lastSlot(mondays, wall, first, now);
        expect(last.at <= now).toBe(true);
        expect(firstSlot(mondays, wall, last.at, last.date).at > now).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
