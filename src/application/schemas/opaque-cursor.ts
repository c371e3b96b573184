/** The parts of a place in a list, as opaque text for the next page. */
export const encodeCursor = (...parts: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/**
 * The place that a cursor encodes.
 * @param read makes a place of the parts; undefined if they are none.
 * @param encode the cursor of a place. Encoding it again also refuses further parts, and stray characters that base64url decoding skips.
 * @returns undefined if it is no cursor of such a place.
 */
export const decodeCursor = <P>(
  cursor: string,
  read: (parts: readonly unknown[]) => P | undefined,
  encode: (place: P) => string,
): P | undefined => {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const place = Array.isArray(parts) ? read(parts) : undefined;
    return place !== undefined && encode(place) === cursor ? place : undefined;
  } catch {
    return undefined;
  }
};
