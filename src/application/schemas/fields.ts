import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { MAX_BASE_URL } from '../../domain/bounds.js';

// The types of the fields that the platform sends, refused or normalised here so that nothing behind the contract has
// to ask again.

const tooLong = (length: number) => `Expected at most ${length} characters.`;

const atMost = (length: number) => z.string().max(length, tooLong(length));

/** Control characters could add a header to a mail; a lone surrogate cannot be stored as UTF-8. */
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u;

/** Text on one line, exactly as it was sent. */
export const line = (length: number) =>
  atMost(length)
    .min(1, 'Expected some text.')
    .regex(
      ONE_LINE,
      'Expected one line without control characters: a line break could add a header to a mail.',
    );

/** Text for people, on one line, without spaces around it. */
export const text = (length: number) => line(length).trim().min(1, 'Expected some text.');

/** An id that the platform gives. */
export const identifier = atMost(128).regex(
  /^[A-Za-z0-9][A-Za-z0-9._~:@-]{0,127}$/,
  'Expected an identifier: 1 to 128 letters, digits or . _ ~ : @ - and a letter or digit first.',
);

/** A field whose value is brought to one spelling; `read` answers undefined, or throws, for a value it refuses. */
const normalised = (length: number, expected: string, read: (value: string) => string | undefined) =>
  atMost(length).transform((value, context) => {
    const result = attempt(() => read(value));
    if (result !== undefined) return result;
    context.issues.push({ code: 'custom', input: value, message: expected });
    return z.NEVER;
  });

const attempt = (read: () => string | undefined) => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

// Temporal also reads offsets and whole dates as zones; those begin with a sign or a digit.
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/** A zone of the IANA database, in its usual capitals. An offset is no zone: it knows no summer time. */
export const timeZone = normalised(
  64,
  'Expected the name of an IANA time zone, such as Europe/Berlin; an offset such as +02:00 is not a zone.',
  (value) =>
    ZONE_NAME.test(value)
      ? Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value).timeZoneId
      : undefined,
);

/** A language tag, in its canonical spelling. */
export const locale = normalised(
  35,
  'Expected a BCP 47 language tag, such as en or de-DE.',
  (value) => Intl.getCanonicalLocales(value)[0],
);

const DATE_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,3})?\d*(Z|[+-]\d{2}:\d{2})$/i;

const readInstant = (value: string) => {
  const [, seconds, milliseconds = '', offset] = DATE_TIME.exec(value) ?? [];
  if (seconds === undefined) return undefined;
  const instant = Temporal.Instant.from(`${seconds}${milliseconds}${offset}`).toString({
    fractionalSecondDigits: 3,
  });
  return instant >= '2000' && instant < '2200' ? instant : undefined;
};

/** A moment, with any offset; read as UTC with milliseconds. The years keep out units mistaken for one another. */
export const instant = normalised(
  64,
  'Expected a moment in the years 2000 to 2199, as an RFC 3339 date-time with Z or an offset, such as 2026-03-02T08:00:00Z.',
  readInstant,
).meta({ format: 'date-time' });

/** A moment that may be unknown: null and absent are the same. */
export const unknownOrInstant = instant
  .nullish()
  .transform((value) => value ?? undefined)
  .optional();

/** One e-mail address, without a display name. */
export const email = z
  .string()
  // The pattern for addresses overflows the stack on megabytes of text, so the length must end the check.
  .max(254, { abort: true, error: tooLong(254) })
  .check(z.email('Expected one e-mail address without a name, such as ada@partner.example.'));

const HTTP_URL = /^https?:\/\/[^\s\p{Cc}\p{Cs}\\]+$/iu;

const readUrl = (value: string) => {
  if (!HTTP_URL.test(value)) return undefined;
  const url = new URL(value);
  const isBase = !(url.username || url.password || url.search || url.hash);
  const href = url.href.replace(/\/+$/, '');
  // Encoded, a character may be nine times as long.
  return isBase && href.length <= MAX_BASE_URL ? href : undefined;
};

/** The address that links begin with; without a slash at its end. */
export const baseUrl = normalised(
  MAX_BASE_URL,
  `Expected an http or https URL of at most ${MAX_BASE_URL} characters when encoded, without credentials, query or fragment, such as https://portal.example.`,
  readUrl,
).meta({ format: 'uri' });

/** A social network. New ones come without a release of Herald, hence no list. */
export const network = atMost(32)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]*$/,
    'Expected the name of a network in letters, digits and hyphens, such as linkedin.',
  )
  .toLowerCase();

/** A time of day on the wall clock. */
export const timeOfDay = atMost(5).regex(
  /^([01]\d|2[0-3]):[0-5]\d$/,
  'Expected a time of day from 00:00 to 23:59, such as 09:00.',
);

/** How often somebody is notified of content that waits for approval. */
export const contentFrequency = z.enum(['off', 'daily', 'weekly', 'monthly']);

/** A check for objects that only make sense with something in them. */
export const somethingBeside = (...keys: readonly string[]) =>
  z.refine<object>(
    (value) => Object.entries(value).some(([key, v]) => v !== undefined && !keys.includes(key)),
    {
      error: 'Expected at least one field that changes.',
      when: isObject,
    },
  );

/** Lets a check of a whole object run although single fields are wrong, so that all problems are told at once. */
export const isObject = ({ value }: { value: unknown }) => typeof value === 'object' && value !== null;
