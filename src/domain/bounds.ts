// Every bound of Herald, in one place: what is beyond it is refused, paged or withheld, and says so. The README lists them.

/** CloudEvents in one batch. */
export const MAX_EVENTS_PER_BATCH = 1_000;
/** Reads at once that fold or compare much of the log. */
export const MAX_EXPENSIVE_READS = 4;
/** Expensive reads that wait for their turn. */
export const MAX_WAITING_READS = 16;
