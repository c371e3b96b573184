/** What makes a spreadsheet read a cell as a formula if it begins with it. */
const FORMULA = /^[=+\-@\t\r]/;

const SPECIAL = /[",\r\n]/;

/**
 * A cell of RFC 4180. Text that a spreadsheet would take for a formula is preceded by an apostrophe, so that it is shown and not
 * computed.
 * @param value undefined: an empty cell.
 */
const cellOf = (value: string | number | boolean | undefined): string => {
  if (typeof value !== 'string') return String(value ?? '');
  const text = FORMULA.test(value) ? `'${value}` : value;
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A record of RFC 4180, with its line break. */
export const csvRecord = (values: readonly (string | number | boolean | undefined)[]): string =>
  `${values.map(cellOf).join(',')}\r\n`;
