import { Temporal } from 'temporal-polyfill';

/** A period of constant offset in a zone, in milliseconds; `until` is exclusive. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offset: number;
}

// There are two periods a year where summer time is kept, so the lists stay short enough for a linear scan.
const stretches = new Map<string, Stretch[]>();

/**
 * A zone's offset from UTC at a moment, in milliseconds. A Temporal call takes 60 µs, so each period is cached.
 * @throws RangeError for a zone that is not in the IANA database.
 */
export const offsetAt = (zone: string, millis: number): number => {
  const known = stretches.get(zone) ?? [];
  for (const stretch of known) if (stretch.from <= millis && millis < stretch.until) return stretch.offset;
  const stretch = stretchAround(zone, millis);
  stretches.set(zone, [...known, stretch]);
  return stretch.offset;
};

const stretchAround = (zone: string, millis: number): Stretch => {
  const moment = Temporal.Instant.fromEpochMilliseconds(millis).toZonedDateTimeISO(zone);
  const next = moment.getTimeZoneTransition('next');
  // Searched from the next millisecond, so that a moment at a transition belongs to the period that begins there.
  const previous = moment.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  return {
    from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: moment.offsetNanoseconds / 1_000_000,
  };
};
