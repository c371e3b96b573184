/**
 * A table as lines, its columns as wide as their widest cell.
 * @param rows the head first.
 * @param left how many columns are text; those after them are numbers, and end at the right. Default: all.
 */
export const tableLines = (
  rows: readonly (readonly string[])[],
  left = Number.POSITIVE_INFINITY,
): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
};
