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
  slotsAfter,
  timeIn,
  type WallClock,
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

const zone = fc.constantFrom(
  'America/Nuuk',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Havana',
  'Pacific/Apia',
  'UTC',
);

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

describe('A wall clock that comes into force', () => {
  const moved = (old: WallClock, zone: string, time: string, since: string): WallClock => ({
    ...{ zone, time, since },
    before: old,
  });
  const berlin = { zone: 'Europe/Berlin', time: '18:00', since: '2026-03-01T00:00:00.000Z' };
  // On Monday, the 9th of March, at noon.
  const noon = '2026-03-09T11:00:00.000Z';
  const early = moved(berlin, 'Europe/Berlin', '09:00', noon);

  it('leaves a day its slot whose moment has passed on it, and was still to come', () => {
    const slot = firstSlot(daily, early, noon);
    expect(slot).toEqual({ ...slotOn('2026-03-09', berlin), at: '2026-03-09T17:00:00.000Z' });
    expect(firstSlot(daily, early, slot.at, slot.date).at).toBe('2026-03-10T08:00:00.000Z');
    expect(
      [...slotsAfter(daily, early, slot, '2026-03-11T08:00:00.000Z')].map(({ at: moment }) => moment),
    ).toEqual(['2026-03-10T08:00:00.000Z', '2026-03-11T08:00:00.000Z']);
  });

  it('moves a slot that is still to come on it, and lets those be that were before', () => {
    const later = moved(berlin, 'Europe/Berlin', '20:00', noon);
    expect(firstSlot(daily, later, noon).at).toBe('2026-03-09T19:00:00.000Z');
    expect(firstSlot(daily, later, '2026-03-08T12:00:00.000Z').at).toBe('2026-03-08T17:00:00.000Z');
    expect(firstSlot(daily, later, '2026-02-01T12:00:00.000Z').date).toBe('2026-03-01');
  });

  it('has a first day, if there was none before', () => {
    const { before: _, ...only } = early;
    expect(firstSlot(daily, only, '2026-01-01T00:00:00.000Z').date).toBe('2026-03-10');
    expect(firstSlot(daily, { ...only, since: '2026-03-10T08:00:00.000Z' }, noon).date).toBe('2026-03-10');
  });

  it('drops a day across the date line whose old slot would come at or after that of the next day', () => {
    const west = { zone: 'Pacific/Pago_Pago', time: '09:00', since: '2026-03-01T00:00:00.000Z' };
    // Monday 08:00 in Pago Pago is Tuesday 09:00 in Kiritimati.
    const moment = '2026-03-09T19:00:00.000Z';
    const east = moved(west, 'Pacific/Kiritimati', '09:00', moment);
    expect(firstSlot(daily, east, moment)).toEqual(slotOn('2026-03-10', east));
    const sooner = moved(west, 'Pacific/Kiritimati', '09:00', '2026-03-09T18:00:00.000Z');
    expect(firstSlot(daily, sooner, '2026-03-09T18:00:00.000Z').at).toBe(moment);
  });

  it('keeps the day of a rhythm across the date line that has no slot on the next day', () => {
    const west = { zone: 'Pacific/Pago_Pago', time: '09:00', since: '2026-03-01T00:00:00.000Z' };
    // Friday has passed at 09:00 in Apia, and comes at 20:00 UTC in Pago Pago; Saturday comes in Apia at 19:00 UTC already.
    const moment = '2026-03-13T08:50:00.000Z';
    const east = moved(west, 'Pacific/Apia', '09:00', moment);
    const friday = weeklyFrom('2026-03-06');
    expect(firstSlot(daily, east, moment).date).toBe('2026-03-14');
    expect(firstSlot(friday, east, moment)).toMatchObject({
      ...{ date: '2026-03-13', at: '2026-03-13T20:00:00.000Z', zone: 'Pacific/Pago_Pago' },
    });
    expect(firstSlot(friday, east, moment, '2026-03-13').at).toBe('2026-03-19T20:00:00.000Z');
  });

  const clocks = fc.array(
    fc.record({
      hours: fc.integer({ min: 1, max: 100 }),
      where: zone,
      hour: fc.integer({ min: 0, max: 23 }),
    }),
    { minLength: 1, maxLength: 4 },
  );

  it('keeps the days in order, each on a clock that had it ahead', () => {
    fc.assert(
      fc.property(clocks, (changes) => {
        let now = Date.parse('2026-03-01T00:00:00.000Z');
        let wall: WallClock | undefined;
        for (const { hours, where, hour } of changes) {
          now += hours * 3_600_000;
          const time = `${String(hour).padStart(2, '0')}:00`;
          wall = { zone: where, time, since: new Date(now).toISOString(), before: wall };
        }
        if (!wall) return;
        let slot = firstSlot(daily, wall, '2026-02-20T00:00:00.000Z');
        for (let n = 0; n < 25; n += 1) {
          const next = firstSlot(daily, wall, '2026-02-20T00:00:00.000Z', slot.date);
          expect(next.at > slot.at && next.date > slot.date).toBe(true);
          let clock: WallClock | undefined = wall;
          while (clock && !(slotOn(slot.date, clock).at === slot.at && (clock.since ?? '') <= slot.at))
            clock = clock.before;
          expect(clock).toBeDefined();
          slot = next;
        }
      }),
      { numRuns: 300 },
    );
  });
});

it('The time of day in a zone is as Temporal reads it', () => {
  const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(moment, zone, (date, name) => {
      const at = date.toISOString();
      const local = Temporal.Instant.from(at).toZonedDateTimeISO(name).toPlainDateTime();
      expect(`${dateIn(name, at)}T${timeIn(name, at)}`).toBe(
        local.toString({ smallestUnit: 'minute', roundingMode: 'floor' }),
      );
    }),
  );
});
