import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { firstSlot, mondays, onWall, slotOn } from '../../src/domain/calendar/calendar.js';

const ZONES = Intl.supportedValuesOf('timeZone');
const at = (time: string, zone: string) => ({ zone, time });

/** As Temporal reads it. */
const compatible = (date: string, time: string, zone: string): string =>
  Temporal.PlainDateTime.from(`${date}T${time}`)
    .toZonedDateTime(zone, { disambiguation: 'compatible' })
    .toInstant()
    .toString({ fractionalSecondDigits: 3 });

/** The civil dates on which a zone's clocks change, from 2024 to 2030. */
const changesOf = (zone: string): string[] => {
  const dates: string[] = [];
  let moment = Temporal.ZonedDateTime.from(`2024-01-01T00:00[UTC]`).withTimeZone(zone);
  for (;;) {
    const next = moment.getTimeZoneTransition('next');
    if (!next || next.year > 2030) return dates;
    dates.push(next.toPlainDate().toString());
    moment = next;
  }
};

const dayBefore = (date: string): string => Temporal.PlainDate.from(date).subtract({ days: 1 }).toString();

describe('A slot', () => {
  it('is the moment that Temporal gives, in every zone around every change of its clocks from 2024 to 2030', () => {
    let checked = 0;
    for (const zone of ZONES)
      for (const date of changesOf(zone))
        for (const day of [dayBefore(date), date])
          for (const time of ['00:00', '02:30', '09:00']) {
            checked += 1;
            const slot = slotOn(day, at(time, zone));
            if (slot.at !== compatible(day, time, zone)) expect(slot.at).toBe(compatible(day, time, zone));
          }
    expect(checked).toBeGreaterThan(5_000);
  });

  it('on a Monday is on Monday in the partner’s zone, in every zone, on every Monday from 2024 to 2030', () => {
    let checked = 0;
    for (const zone of ZONES) {
      const wall = at('09:00', zone);
      let slot = firstSlot(mondays, wall, '2024-01-01T00:00:00.000Z');
      while (slot.at < '2031') {
        const shown = onWall(slot.at, zone);
        if (shown !== `${slot.date} 09:00 (${zone})`) expect(shown).toBe(`${slot.date} 09:00 (${zone})`);
        if (Date.parse(slot.date) % (7 * 86_400_000) !== 4 * 86_400_000)
          expect.fail(`${slot.date} is no Monday in ${zone}`);
        checked += 1;
        slot = firstSlot(mondays, wall, slot.at, slot.date);
      }
    }
    expect(checked).toBeGreaterThan(ZONES.length * 360);
  });
});
