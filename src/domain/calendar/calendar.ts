import type { Instant } from '../kernel/event.js';
import { DAY, fromMillis, toMillis } from '../kernel/instant.js';
import { offsetAt } from './zone-offsets.js';

/** A date on the wall calendar, `2026-03-02`. Sorts as text. */
export type CivilDate = string;

/** A wall clock: its time zone and the time at which mails are sent, `09:00`. */
export interface WallClock {
  readonly zone: string;
  readonly time: string;
  /** Since when it is in force: earlier moments on it were never planned. Absent: always. */
  readonly since?: Instant | undefined;
  /** The one that was in force before. */
  readonly before?: WallClock | undefined;
}

/** An occasion for a mail: its civil date, the moment of that date, and its key in the notification's identity. */
export interface Slot {
  readonly key: string;
  readonly date: CivilDate;
  readonly at: Instant;
  readonly zone: string;
}

/** Days since 1970-01-01. */
type Day = number;

/** A rhythm of civil days: the first of them on or after a day. */
export type Cadence = (day: Day) => Day;

export const daily: Cadence = (day) => day;

// 1970-01-05, day 4, was a Monday.
export const mondays: Cadence = (day) => day + modulo(4 - day, 7);

export const firstsOfMonths: Cadence = (day) => {
  const [year, month, date] = dateOf(day).split('-').map(Number) as [number, number, number];
  return date === 1 ? day : Date.UTC(year, month, 1) / DAY;
};

/** Every 7 days, counted from a date. */
export const weeklyFrom = (anchor: CivilDate): Cadence => {
  const first = dayOf(anchor);
  return (day) => day + modulo(first - day, 7);
};

/** The civil date that a moment falls on in a zone. */
export const dateIn = (zone: string, at: Instant): CivilDate => dateOf(dayIn(zone, at));

/** A slot at one moment that belongs to no rhythm. */
export const slotNow = (key: string, at: Instant, zone: string): Slot => ({
  key,
  date: dateIn(zone, at),
  at,
  zone,
});

/** The time of day on the wall clock of a zone, `09:00`. */
export const timeIn = (zone: string, at: Instant): string => {
  const millis = toMillis(at);
  return fromMillis(millis + offsetAt(zone, millis)).slice(11, 16);
};

/** The slot of a date. In a gap of the wall clock it moves forward; in an overlap it takes the first of both hours. */
export const slotOn = (date: CivilDate, wall: WallClock): Slot => ({
  key: date,
  date,
  at: fromMillis(atWall(dayOf(date), wall)),
  zone: wall.zone,
});

/** The first slot of a rhythm at or after a moment, and on a date after `afterDate` if given. */
export const firstSlot = (cadence: Cadence, wall: WallClock, from: Instant, afterDate?: CivilDate): Slot => {
  const begin = toMillis(from);
  let day = cadence(Math.max(earliestDay(wall, from), afterDate ? dayOf(afterDate) + 1 : 0));
  for (;;) {
    const clock = clockOf(cadence, day, wall);
    if (clock && atWall(day, clock) >= begin) return slotOn(dateOf(day), clock);
    day = cadence(day + 1);
  }
};

/** The slots of a rhythm after `slot`, at or before `now`, earliest first. */
export function* slotsAfter(cadence: Cadence, wall: WallClock, slot: Slot, now: Instant): Generator<Slot> {
  for (let day = cadence(dayOf(slot.date) + 1); ; day = cadence(day + 1)) {
    const clock = clockOf(cadence, day, wall);
    if (!clock) continue;
    const next = slotOn(dateOf(day), clock);
    if (next.at > now) return;
    yield next;
  }
}

/** The last slot of a rhythm from `slot` on, at or before `now`; `slot` itself if the next is in the future. */
export const lastSlot = (cadence: Cadence, wall: WallClock, slot: Slot, now: Instant): Slot => {
  let last = slot;
  for (const next of slotsAfter(cadence, wall, slot, now)) last = next;
  return last;
};

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

const dayOf = (date: CivilDate): Day => Date.parse(date) / DAY;

const dateOf = (day: Day): CivilDate => fromMillis(day * DAY).slice(0, 10);

const dayIn = (zone: string, at: Instant): Day => {
  const millis = toMillis(at);
  return Math.floor((millis + offsetAt(zone, millis)) / DAY);
};

/**
 * The clock that a day's slot follows: the newest one on which the moment was still to come when it came into force. So a day
 * whose moment has passed on a new clock keeps the one that was planned for it; undefined if there is none.
 */
const clockOf = (cadence: Cadence, day: Day, wall: WallClock): WallClock | undefined => {
  for (let clock: WallClock | undefined = wall; clock; clock = clock.before) {
    const at = atWall(day, clock);
    if (!isInForce(clock, at)) continue;
    return isReplaced(cadence(day + 1), at, wall, clock) ? undefined : clock;
  }
  return undefined;
};

const isInForce = ({ since }: WallClock, at: number): boolean => since === undefined || at >= toMillis(since);

/**
 * Across the date line a day's moment on an old clock may come after that of the next day of its rhythm on a new one, which takes its
 * place.
 */
const isReplaced = (next: Day, at: number, newest: WallClock, clock: WallClock): boolean => {
  for (let newer: WallClock | undefined = newest; newer && newer !== clock; newer = newer.before)
    if (isInForce(newer, at) && at >= atWall(next, newer)) return true;
  return false;
};

/** The earliest day that a moment falls on, on any of the clocks. */
const earliestDay = (wall: WallClock, at: Instant): Day => {
  const day = dayIn(wall.zone, at);
  return wall.before ? Math.min(day, earliestDay(wall.before, at)) : day;
};

/** Like Temporal's `disambiguation: 'compatible'`; no zone changes twice within a day on either side. */
const atWall = (day: Day, { zone, time }: WallClock): number => {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  const wall = day * DAY + (hours * 60 + minutes) * 60_000;
  const before = offsetAt(zone, wall - DAY);
  const after = offsetAt(zone, wall + DAY);
  if (before === after) return wall - before;
  const valid = [before, after].filter((offset) => offsetAt(zone, wall - offset) === offset);
  // In a gap neither offset fits: with the offset from before the change, the clock is ahead by the width of the gap.
  return wall - (valid.length > 0 ? Math.max(...valid) : before);
};

/** A moment on a wall clock, for sentences: `2026-03-02 09:00 (Europe/Berlin)`. */
export const onWall = (at: Instant, zone: string): string => {
  const millis = toMillis(at);
  const [date, time] = fromMillis(millis + offsetAt(zone, millis)).split('T') as [string, string];
  return `${date} ${time.slice(0, 5)} (${zone})`;
};
