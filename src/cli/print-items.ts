import { say } from './terminal.js';

interface Printed<T> {
  /** Each item as one JSON text instead. */
  readonly json?: boolean | undefined;
  readonly lineOf: (item: T) => string;
  /** Printed if the list is empty; with `json` nothing is. */
  readonly none?: string;
}

/** Prints a list, one item a line, as it arrives. @returns how many there were. */
export const printItems = async <T>(
  items: AsyncIterable<T>,
  { json, lineOf, none = 'None.' }: Printed<T>,
): Promise<number> => {
  let count = 0;
  for await (const item of items) {
    say(json ? JSON.stringify(item) : lineOf(item));
    count += 1;
  }
  if (count === 0 && !json) say(none);
  return count;
};
