import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { MAX_BASE_URL, MAX_LINK_TEMPLATE } from '../../domain/bounds.js';
import { MAX_ADDRESS, readEmailAddress } from '../../domain/channels/email-address.js';
import { fromMillis, toMillis } from '../../domain/kernel/instant.js';
import { withoutInvisible } from '../../domain/kernel/invisible.js';
import { contrastWithWhite, MIN_CONTRAST, readableUnderWhite } from '../../domain/solution/contrast.js';
import { linkTemplateProblem } from '../../domain/solution/link-template.js';
import { alsoExpects } from './published-schema.js';

// The field types of the contract. They refuse or normalise values, so that nothing behind the contract has to check again.
// A regular expression in `regex` is published, so JavaScript, Python, Java and Go (RE2) have to read it alike: no `\p{…}`, no
// `\u…`, no look-around, no flags. What such an expression cannot say is checked by `refine`, and described by `alsoExpects`.
// Titles of objects and of lists of values become the names of types in generated code.

const tooLong = (length: number) => `Expected at most ${length} characters.`;

const atMost = (length: number) => z.string().max(length, tooLong(length));

const ONE_LINE = 'Expected one line without control characters: a line break could add a header to a mail.';

/** Control characters: C0, DEL and C1. */
const CONTROLS = String.raw`\x00-\x1f\x7f-\x9f`;

/** Line separators that are not control characters, and lone surrogates, which cannot be stored as UTF-8. */
const BREAK_OR_SURROGATE = /[\p{Zl}\p{Zp}\p{Cs}]/u;

/** Text on one line, exactly as it was sent. */
export const line = (length: number) =>
  atMost(length)
    .min(1, 'Expected some text.')
    .regex(new RegExp(`^[^${CONTROLS}]*$`), ONE_LINE)
    .refine((value) => !BREAK_OR_SURROGATE.test(value), ONE_LINE);

const URI_REFERENCE = 'Expected a URI reference without spaces, such as https://platform.example/accounts.';

/** Without the characters that RFC 3986 and RFC 3987 exclude. */
const URI_CHARACTERS = new RegExp(String.raw`^[^${CONTROLS} \xa0<>"{}|\\^\x60]+$`);

/** A URI reference, exactly as it was sent. It may have characters outside ASCII. */
export const uriReference = (length: number) =>
  atMost(length)
    .min(1, 'Expected some text.')
    .regex(URI_CHARACTERS, URI_REFERENCE)
    .refine((value) => !/[\s\p{Cs}]/u.test(value), URI_REFERENCE);

// Spaces around a break would double with the space that takes its place.
const BREAKS = /[\p{Zs}\t]*[\p{Cc}\p{Zl}\p{Zp}]+[\p{Cc}\p{Zl}\p{Zp}\p{Zs}]*/gu;

/** Neither marks without a letter, nor fillers, nor the empty pattern of braille. */
const VISIBLE = /[^\p{C}\p{Z}\p{M}\p{DI}\u2800]/u;

/**
 * Text for people, as one line: networks and people write several. Line breaks and other control characters become a space,
 * because they could add a header to a mail. Characters that show nothing are left out.
 */
export const text = (length: number) =>
  atMost(length)
    .min(1, 'Expected some text.')
    .refine(
      (value) => !/\p{Cs}/u.test(value),
      'Expected text without half characters (lone surrogates), which UTF-8 cannot hold.',
    )
    .transform((value) => withoutInvisible(value.replace(BREAKS, ' ')).trim())
    .refine((value) => VISIBLE.test(value), 'Expected some text.')
    .meta(
      alsoExpects('Expected some visible text; line breaks and other control characters become a space.'),
    );

/** An id from the platform. */
export const identifier = atMost(128).regex(
  /^[A-Za-z0-9][A-Za-z0-9._~:@-]{0,127}$/,
  'Expected an identifier: 1 to 128 letters, digits or . _ ~ : @ - and a letter or digit first.',
);

/** A field with one canonical spelling; `read` returns undefined, or throws, for a value that it refuses. */
const normalised = (length: number, expected: string, read: (value: string) => string | undefined) =>
  atMost(length)
    .transform((value, context) => {
      const result = attempt(() => read(value));
      if (result !== undefined) return result;
      context.issues.push({ code: 'custom', input: value, message: expected });
      return z.NEVER;
    })
    .meta(alsoExpects(expected));

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

/** As POSIX writes locales: `de_AT.UTF-8@euro`. */
const POSIX = /^([A-Za-z]{2,3}(?:_[A-Za-z\d]{2,3})?)(?:\.[\w-]+)?(?:@(\w+))?$/;
/** As Java writes locales with a script: `zh_TW_#Hant`. */
const JAVA = /^([A-Za-z]{2,3})_([A-Za-z\d]{2,3})?_#([A-Za-z]{4})$/;
const SCRIPTS: Readonly<Record<string, string>> = { latin: 'Latn', cyrillic: 'Cyrl', devanagari: 'Deva' };

const languageTag = (value: string): string => {
  const [, language, region, script] = JAVA.exec(value) ?? [];
  if (language) return [language, script, region].filter(Boolean).join('-');
  const [, name, modifier = ''] = POSIX.exec(value) ?? [];
  if (name === undefined) return value.replaceAll('_', '-');
  const [first, ...more] = name.split('_');
  return [first, SCRIPTS[modifier.toLowerCase()], ...more].filter(Boolean).join('-');
};

/** A language tag, in its canonical spelling; also from the spellings of POSIX and Java. */
export const locale = normalised(
  35,
  'Expected a language tag (BCP 47), such as en or de-DE; de_DE and de_DE.UTF-8 are read as well.',
  (value) => Intl.getCanonicalLocales(languageTag(value))[0],
);

const DATE_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:(\.\d{1,3})\d*)?(Z|[+-]\d{2}:\d{2})$/i;

const readInstant = (value: string) => {
  const [, seconds, fraction = '', offset] = DATE_TIME.exec(value) ?? [];
  if (seconds === undefined) return undefined;
  const asUtc = `${seconds}${(fraction || '.').padEnd(4, '0')}Z`;
  const instant = offset === 'Z' && isCanonical(asUtc) ? asUtc : inUtc(`${seconds}${fraction}${offset}`);
  return instant >= '2000' && instant < '2200' ? instant : undefined;
};

/** Whether the moment exists and is written as Herald writes it. Costs a tenth of what Temporal does. */
const isCanonical = (moment: string): boolean => {
  const millis = toMillis(moment);
  return !Number.isNaN(millis) && fromMillis(millis) === moment;
};

const inUtc = (moment: string): string =>
  Temporal.Instant.from(moment).toString({ fractionalSecondDigits: 3 });

/** The years that `readInstant` takes, for API descriptions. */
const IN_RANGE = '^2[01][0-9]{2}-';

/** A date of these years; the format says how many days a month has. */
const DATE = `${IN_RANGE}(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`;

/** A moment with any offset, normalised to UTC with milliseconds. The range of years catches mistaken units. */
export const instant = normalised(
  64,
  'Expected a moment in the years 2000 to 2199, as an RFC 3339 date-time with Z or an offset, such as 2026-03-02T08:00:00Z.',
  readInstant,
).meta({ format: 'date-time', pattern: IN_RANGE });

/** A date of the civil calendar, in the same range of years. */
export const civilDate = normalised(
  10,
  'Expected a date in the years 2000 to 2199, such as 2026-03-02.',
  (value) => readInstant(`${value}T00:00:00Z`)?.slice(0, 10),
).meta({ format: 'date', pattern: DATE });

/** A moment that may be unknown: null and absent are equivalent. */
export const unknownOrInstant = instant
  .nullish()
  .transform((value) => value ?? undefined)
  .optional();

/** One e-mail address, without a display name; a domain in another script is converted to A-labels. */
export const email = atMost(MAX_ADDRESS)
  .transform((value, context) => {
    const { address, problem } = readEmailAddress(value);
    if (address !== undefined) return address;
    const message = `Expected one e-mail address without a name, such as ada@partner.example: ${problem}.`;
    context.issues.push({ code: 'custom', input: value, message });
    return z.NEVER;
  })
  .meta({
    format: 'idn-email',
    ...alsoExpects(
      'Expected one address as a dot-atom (RFC 5321), without a name, such as ada@partner.example.',
    ),
  });

const HTTP_URL = /^https?:\/\/[^\s\p{Cc}\p{Cs}\\]+$/iu;

const readUrl = (value: string) => {
  if (!HTTP_URL.test(value)) return undefined;
  const url = new URL(value);
  // In the text, because a parser drops an empty user information, query or fragment.
  const isBase = !/^https?:\/\/[^/]*@|[?#]/i.test(value);
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
  const isPicture = !/^https:\/\/[^/?#]*@|#/i.test(value);
  return isPicture && url.href.length <= MAX_LINK_TEMPLATE ? url.href : undefined;
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
  /^([01][0-9]|2[0-3]):[0-5][0-9]$/,
  'Expected a time of day from 00:00 to 23:59, such as 09:00.',
);

/** How often somebody is notified of content that waits for approval. */
export const contentFrequency = z
  .enum(['off', 'daily', 'weekly', 'monthly'])
  .meta({ title: 'ContentFrequency' });

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
