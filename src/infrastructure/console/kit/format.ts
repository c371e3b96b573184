import { boundedCache } from '../../../application/caches/bounded-cache.js';
import { MAX_FORMATS } from '../../../domain/bounds.js';
import type { CivilDate } from '../../../domain/calendar/calendar.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { toMillis } from '../../../domain/kernel/instant.js';

const formats = boundedCache<Intl.DateTimeFormat>(MAX_FORMATS);

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone },
  });
  formats.set(timeZone, made);
  return made;
};

/** An instant as people read it: `Mon 9 Mar 2026, 08:00 Europe/Berlin`. @param zone an IANA zone that is known. */
export const dateTime = (instant: Instant, zone: string): string => {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(toMillis(instant))
      .map(({ type, value }) => [type, value]),
  );
  const { weekday, day, month, year, hour, minute } = parts;
  return `${weekday} ${day} ${month} ${year}, ${hour}:${minute} ${zone}`;
};

const longDates = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
});

/** A civil date as people read it: `Mon 9 Mar 2026`. */
export const longDate = (date: CivilDate): string =>
  longDates.format(toMillis(`${date}T00:00:00.000Z`)).replaceAll(',', '');
const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;
/** A duration in its largest whole unit: `2 hours`. @param seconds rounded up to the unit. */
export const duration = (seconds: number): string => {
  const [size, unit] = UNITS.find(([least]) => seconds >= least) ?? [1, 'second'];
  const count = Math.ceil(seconds / size);
  return `${count.toLocaleString('en-GB')} ${unit}${count === 1 ? '' : 's'}`;
};
