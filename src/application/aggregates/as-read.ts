/**
 * The data of an event as a reader gets it, without the fields that JSON leaves out. Long texts are not copied, so this is cheaper than
 * parsing the JSON of a frozen mail.
 */
export const asRead = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => (one === undefined ? null : asRead(one)));
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, asRead(field)]));
};
