import { say } from './terminal.js';

interface Printed<T> {
  /** Each item as one JSON text instead. */
  readonly json?: boolean | undefined;
  readonly lineOf: (item: T) => string | readonly string[];
  /** Printed if the list is empty; with `json` nothing is. */
  readonly none?: string;
}

/** Prints a list, item by item, as it arrives. @returns how many there were. */
export const printItems = async <T>(
  items: AsyncIterable<T>,
  { json, lineOf, none = 'None.' }: Printed<T>,
): Promise<number> => {
  let count = 0;
  for await (const item of items) {
    say(...(json ? [JSON.stringify(item)] : [lineOf(item)].flat()));
    count += 1;
  }
  if (count === 0 && !json) say(none);
  return count;
};
