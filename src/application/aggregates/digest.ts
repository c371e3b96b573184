import { createHash } from 'node:crypto';

/** JSON with the fields of objects sorted by name: equal values give equal text. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (isPlainObject(part) ? inOrder(part) : part));

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inOrder = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The digest of a JSON value: SHA-256 in base64url, 43 characters. The order of fields does not matter. */
export const digestOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('base64url');
