import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { MAX_BASE_URL, MAX_LINK_TEMPLATE } from '../../domain/bounds.js';
import { contrastWithWhite, MIN_CONTRAST, readableUnderWhite } from '../../domain/solution/contrast.js';
import { linkTemplateProblem } from '../../domain/solution/link-template.js';

// The field types of the contract. They refuse or normalise values, so that nothing behind the contract has to check again.

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

/** Text for people: one line, trimmed. */
export const text = (length: number) => line(length).trim().min(1, 'Expected some text.');

/** An id from the platform. */
export const identifier = atMost(128).regex(
  /^[A-Za-z0-9][A-Za-z0-9._~:@-]{0,127}$/,
  'Expected an identifier: 1 to 128 letters, digits or . _ ~ : @ - and a letter or digit first.',
);

/** A field with one canonical spelling; `read` returns undefined, or throws, for a value that it refuses. */
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

// Temporal also accepts offsets and complete dates as zones; those begin with a sign or a digit.
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/** An IANA time zone in its canonical capitals. An offset is not a zone: it has no summer time. */
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

/** A moment with any offset, normalised to UTC with milliseconds. The range of years catches mistaken units. */
export const instant = normalised(
  64,
  'Expected a moment in the years 2000 to 2199, as an RFC 3339 date-time with Z or an offset, such as 2026-03-02T08:00:00Z.',
  readInstant,
).meta({ format: 'date-time' });

/** A date of the civil calendar, in the same range of years. */
export const civilDate = normalised(
  10,
  'Expected a date in the years 2000 to 2199, such as 2026-03-02.',
  (value) => readInstant(`${value}T00:00:00Z`)?.slice(0, 10),
).meta({ format: 'date' });

/** A moment that may be unknown: null and absent are equivalent. */
export const unknownOrInstant = instant
  .nullish()
  .transform((value) => value ?? undefined)
  .optional();

/** One e-mail address, without a display name. */
export const email = z
  .string()
  // The address pattern overflows the stack on megabytes of text, so the length check must come first.
  .max(254, { abort: true, error: tooLong(254) })
  .check(z.email('Expected one e-mail address without a name, such as ada@partner.example.'));

const HTTP_URL = /^https?:\/\/[^\s\p{Cc}\p{Cs}\\]+$/iu;

const readUrl = (value: string) => {
  if (!HTTP_URL.test(value)) return undefined;
  const url = new URL(value);
  const isBase = !(url.username || url.password || url.search || url.hash);
  const href = url.href.replace(/\/+$/, '');
  // Percent-encoded, one character may take nine.
  return isBase && href.length <= MAX_BASE_URL ? href : undefined;
};

/** The base URL of links, without a trailing slash. */
export const baseUrl = normalised(
  MAX_BASE_URL,
  `Expected an http or https URL of at most ${MAX_BASE_URL} characters when encoded, without credentials, query or fragment, such as https://portal.example.`,
  readUrl,
).meta({ format: 'uri' });

/** A template of links with these variables: RFC 6570, level 1, https only. */
export const linkTemplate = (variables: readonly string[]) =>
  atMost(MAX_LINK_TEMPLATE).check((context) => {
    const message = linkTemplateProblem(context.value, variables);
    if (message) context.issues.push({ code: 'custom', input: context.value, message });
  });

const readPictureUrl = (value: string) => {
  if (!/^https:\/\/[^\s\p{Cc}\p{Cs}\\]+$/iu.test(value)) return undefined;
  const url = new URL(value);
  return url.username || url.password || url.hash || url.href.length > MAX_LINK_TEMPLATE
    ? undefined
    : url.href;
};

/** The URL of a picture that mail programs fetch. */
export const pictureUrl = normalised(
  MAX_LINK_TEMPLATE,
  `Expected an https URL of at most ${MAX_LINK_TEMPLATE} characters when encoded, without credentials or fragment, such as https://portal.example/logo.png.`,
  readPictureUrl,
).meta({ format: 'uri' });

/** A color on which white text reads well, in lower case. */
export const brandColor = atMost(7)
  .regex(/^#[0-9A-Fa-f]{6}$/, { error: 'Expected a color such as #1d4ed8.', abort: true })
  .toLowerCase()
  .check((context) => {
    const contrast = contrastWithWhite(context.value);
    if (contrast >= MIN_CONTRAST) return;
    // Rounded down: 4.49 is not yet 4.5.
    const ratio = Math.floor(contrast * 10) / 10;
    const message = `Expected a color on which white text has a contrast of at least ${MIN_CONTRAST}:1 (WCAG 2.2); on this one it has ${ratio}:1, on ${readableUnderWhite(context.value)} enough.`;
    context.issues.push({ code: 'custom', input: context.value, message });
  });

/** A social network. There is no fixed list, so that a new one needs no release of Herald. */
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

/** A check that an object has at least one field besides these. */
export const somethingBeside = (...keys: readonly string[]) =>
  z.refine<object>(
    (value) => Object.entries(value).some(([key, v]) => v !== undefined && !keys.includes(key)),
    {
      error: 'Expected at least one field that changes.',
      when: isObject,
    },
  );

/** Runs a check of the whole object even if single fields are invalid, so that all problems are reported at once. */
export const isObject = ({ value }: { value: unknown }) => typeof value === 'object' && value !== null;
