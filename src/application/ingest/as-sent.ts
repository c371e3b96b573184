/** The text that the platform sent, by the path of its field, where Herald keeps another text for it. */
export type AsSent = Readonly<Record<string, string>>;

/** Texts for people and addresses. Other fields are only written in another way, e.g. a moment in UTC. */
const FIELDS = new Set([
  ...['name', 'title', 'streamName', 'displayName', 'reason', 'footer'],
  ...['email', 'escalationEmail', 'address'],
]);

/**
 * What was sent for the texts that were cleaned or converted when they were taken.
 * @returns undefined if there are none.
 */
export const asSentOf = (kept: unknown, sent: unknown): AsSent | undefined => {
  const changed = changedIn(kept, sent, []);
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
};

const changedIn = (
  kept: unknown,
  sent: unknown,
  path: readonly string[],
): readonly (readonly [path: string, sent: string])[] => {
  if (!isObject(kept) || !isObject(sent)) return [];
  return Object.entries(kept).flatMap(([name, value]) => {
    const given = Object.hasOwn(sent, name) ? sent[name] : undefined;
    if (typeof value !== 'string') return changedIn(value, given, [...path, name]);
    const isChanged = FIELDS.has(name) && typeof given === 'string' && given.trim() !== value;
    return isChanged ? [[[...path, name].join('.'), given] as const] : [];
  });
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
