/** The largest share of what is not complete. */
const ALMOST = 1 - Number.EPSILON;

/** The share of a whole, from 0 to 1, and 1 only if nothing is missing; also for numbers that are too large to be exact. */
export const shareOf = (part: bigint, whole: bigint): number =>
  part >= whole ? 1 : Math.min(ALMOST, Number(part) / Number(whole));
