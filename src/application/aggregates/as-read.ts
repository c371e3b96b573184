/**
 * The data of an event as a reader gets it, without the fields that JSON leaves out. What has none of them is not copied, and long texts
 * never are, so this is cheaper than parsing the JSON of a frozen mail.
 */
export const asRead = (value: unknown): unknown => {
  if (!hasGaps(value)) return value;
  if (Array.isArray(value)) return value.map((one) => (one === undefined ? null : asRead(one)));
  const fields = Object.entries(value as object).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, asRead(field)]));
};

/** Whether there is something in it that JSON leaves out. */
const hasGaps = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) ? value : Object.values(value)).some((one) => one === undefined || hasGaps(one));
