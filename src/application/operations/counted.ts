import { MAX_COUNTED_ENTRIES } from '../../domain/bounds.js';

/** What was counted up to the bound, as a number at the begin of a sentence. */
export const counted = (count: number): string =>
  count < MAX_COUNTED_ENTRIES ? `${count}` : `At least ${MAX_COUNTED_ENTRIES}`;
