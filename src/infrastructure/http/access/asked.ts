import { MAX_ASKED_FIELDS, MAX_ASKED_LENGTH, MAX_PURPOSE } from '../../../domain/bounds.js';
import { invalidRequest } from '../problems/invalid-request.js';
import type { RecordedFields } from './recorded-body.js';

/** Characters that could make a list of accesses misleading: control characters, line breaks, and half characters. */
const UNREADABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu;

const clean = (text: string): string => text.replace(UNREADABLE, ' ').trim();

const bounded = (value: unknown): string =>
  clean([value].flat().map(String).join(', ').slice(0, MAX_ASKED_LENGTH));

/** What a request asks for: the parameters of its route and of its query, and what is recorded of its body. */
export const askedOf = (
  params: unknown,
  query: unknown,
  body: RecordedFields = {},
): Readonly<Record<string, string>> => {
  const known = { ...body, ...(params as object) };
  // A query may have any number of parameters that nobody reads: they must not displace what was asked for.
  const others = Object.entries((query ?? {}) as object).filter(([name]) => !Object.hasOwn(known, name));
  return Object.fromEntries(
    [...Object.entries(known), ...others]
      .slice(0, MAX_ASKED_FIELDS)
      .map(([name, value]) => [bounded(name), bounded(value)]),
  );
};

/**
 * What a principal says that its request is for: the header `Herald-Purpose` as one line.
 * @returns undefined if there is none.
 * @throws InvalidRequest if it is longer than MAX_PURPOSE characters: a purpose is not cut.
 */
export const purposeOf = (header: string | string[] | undefined): string | undefined => {
  const purpose = clean(decoded([header ?? ''].flat().join(', ')));
  if (purpose.length <= MAX_PURPOSE) return purpose || undefined;
  throw invalidRequest([
    {
      path: ['Herald-Purpose'],
      message: `Expected at most ${MAX_PURPOSE} characters; it has ${purpose.length}.`,
    },
  ]);
};

/** Node reads headers byte by byte (ISO 8859-1); clients send UTF-8. */
const decoded = (header: string): string => {
  const text = Buffer.from(header, 'latin1').toString('utf8');
  return text.includes('\uFFFD') ? header : text;
};
