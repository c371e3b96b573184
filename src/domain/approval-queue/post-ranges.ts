import { MAX_RETURNED_RANGES } from '../bounds.js';

/** Numbers of posts, both ends included. */
export interface PostRange {
  readonly from: number;
  readonly to: number;
}

/** Whether a number is in one of these ranges. */
export const isIn = (ranges: readonly PostRange[], number: number): boolean =>
  ranges.some(({ from, to }) => from <= number && number <= to);

/**
 * The numbers of all these ranges, in order, as few ranges as possible. Beyond MAX_RETURNED_RANGES the numbers between the first
 * ones are included: rather is a post told again than not at all.
 */
export const union = (ranges: readonly PostRange[]): readonly PostRange[] => {
  const merged: PostRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && range.from <= last.to + 1)
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    else merged.push(range);
  }
  const many = merged.length - MAX_RETURNED_RANGES;
  const [first, last] = [merged[0], merged[many]];
  return many > 0 && first && last ? [{ from: first.from, to: last.to }, ...merged.slice(many + 1)] : merged;
};
