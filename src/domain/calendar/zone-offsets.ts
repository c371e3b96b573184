import { Temporal } from 'temporal-polyfill';

/** A stretch of time in which a zone's offset stays the same; milliseconds, `until` exclusive. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offset: number;
}

// Two stretches a year and zone where summer time is kept, so the lists stay short enough to walk.
const stretches = new Map<string, Stretch[]>();

/**
 * A zone's offset from UTC at a moment, in milliseconds. Asking Temporal takes 60 µs, so each stretch is asked for once.
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
  // The transition before the next moment, so that a moment at a transition belongs to what it begins.
  const previous = moment.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  return {
    from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: moment.offsetNanoseconds / 1_000_000,
  };
};
