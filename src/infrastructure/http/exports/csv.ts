/**
 * Where a spreadsheet would begin to read a formula. One whose list separator is `;` or a tab begins a cell there, whatever the quotes
 * around the value say, and a record at each line break.
 */
const FORMULA = /^(?=[\t\r])|(?<=^|[;\t\r\n])(?=[ "]*[=+\-@])/g;

const SPECIAL = /[",\r\n]/;

/** Whatever a cell may need an apostrophe or quotes for: most are done with after one look for it. */
const NOT_PLAIN = /^ *[=+\-@]|[",;\t\r\n]/;

/**
 * A cell of RFC 4180. What a spreadsheet would take for a formula is preceded by an apostrophe, so that it is shown and not computed.
 * @param value undefined: an empty cell.
 */
const cellOf = (value: string | number | boolean | undefined): string => {
  if (typeof value !== 'string') return String(value ?? '');
  if (!NOT_PLAIN.test(value)) return value;
  const text = value.replace(FORMULA, "'");
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A record of RFC 4180, with its line break. */
export const csvRecord = (values: readonly (string | number | boolean | undefined)[]): string =>
  `${values.map(cellOf).join(',')}\r\n`;
