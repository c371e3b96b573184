// Every bound of Herald, in one place: what is beyond it is refused, paged or withheld, and says so. The README lists them.

/** CloudEvents in one batch. */
export const MAX_EVENTS_PER_BATCH = 1_000;
