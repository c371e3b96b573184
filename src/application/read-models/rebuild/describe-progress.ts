import type { Progress } from './build.js';
import type { ProjectionStatus } from './projection-statuses.js';

const grouped = (value: number): string => value.toLocaleString('en-GB');

/** A share as a whole number of percent; 100 only if nothing is missing. */
export const percentOf = (share: number): number => Math.floor(share * 100);

/** Progress in words: `108,001 events read, 43 % of the log, 2,100 a second, about 40 s left`. */
export const describeProgress = ({ done, total, share, rate, eta }: Progress): string =>
  [
    ...(done === undefined ? [] : [eventsRead(done, total)]),
    `${percentOf(share)} % of the log`,
    ...(rate > 0 ? [`${grouped(rate)} a second`] : []),
    ...(eta ? [`about ${grouped(eta)} s left`] : []),
  ].join(', ');

/** How many events were read, of how many if that is known: `501 of 1,002 events read`. */
export const eventsRead = (done: number, total: number | undefined): string =>
  `${grouped(done)}${total === undefined ? '' : ` of ${grouped(total)}`} events read`;

/**
 * How far documents are behind their log: `3 events behind`, or `behind, at 99 % of the log` where the log cannot count. Undefined while
 * they are of an older version than the code.
 */
export const describeLag = ({
  behind,
  share,
}: Pick<ProjectionStatus, 'behind' | 'share'>): string | undefined => {
  if (behind !== undefined) return `${grouped(behind)} ${behind === 1 ? 'event' : 'events'} behind`;
  return share === undefined ? undefined : `behind, at ${percentOf(share)} % of the log`;
};
