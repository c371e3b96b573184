import type { Instant } from './event.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Milliseconds since 1970. */
export const toMillis = (instant: Instant): number => Date.parse(instant);

/** The moment `millis` milliseconds after 1970. */
export const fromMillis = (millis: number): Instant => new Date(millis).toISOString();

/** The moment `millis` later, or earlier if negative. */
export const plus = (instant: Instant, millis: number): Instant => fromMillis(toMillis(instant) + millis);

/** The latest of the known moments; undefined if none is known. */
export const latestOf = (...instants: readonly (Instant | undefined)[]): Instant =>
  instants.reduce<Instant>((latest, instant) => (instant && instant > latest ? instant : latest), '');

/** The earliest of the known moments; undefined if none is known. */
export const earliestOf = (...instants: readonly (Instant | undefined)[]): Instant | undefined =>
  instants.reduce<Instant | undefined>(
    (earliest, instant) => (instant && (!earliest || instant < earliest) ? instant : earliest),
    undefined,
  );
