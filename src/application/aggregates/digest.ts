import { hash } from 'node:crypto';

/** JSON with the fields of objects sorted by name: equal values give equal text. */
const canonicalJson = (value: unknown): string => JSON.stringify(inOrder(value));

const inOrder = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((name) => [name, inOrder(fields[name])]),
  );
};

/** The digest of a text: SHA-256 in base64url, 43 characters. */
export const sha256Of = (text: string): string => hash('sha256', text, 'base64url');

/** The digest of a JSON value, as {@link sha256Of}. The order of fields does not matter. */
export const digestOf = (value: unknown): string => sha256Of(canonicalJson(value));
