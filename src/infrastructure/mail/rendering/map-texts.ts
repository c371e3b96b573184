/** The value with each text in it replaced, however deep; everything else stays. */
export const mapTexts = (value: unknown, change: (text: string) => unknown): unknown => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  if (typeof value !== 'object' || value === null) return value;
  const mapped: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value)) mapped[name] = mapTexts(one, change);
  return mapped;
};
