import { Temporal } from 'temporal-polyfill';
import { boundedCache } from '../../../application/caches/bounded-cache.js';
import { MAX_FORMATS } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';

/** The words for one and for any other number: all the plural forms that English and German have. */
export interface Forms {
  readonly one: string;
  readonly other: string;
}

/** A moment in the parts that a language puts together. */
export interface MomentParts {
  readonly date: string;
  readonly time: string;
  readonly zone: string;
}

/** How a language writes a moment. */
export interface MomentWords {
  /** Whether its readers know zones by their names or by their abbreviations. */
  readonly zone: 'long' | 'short';
  readonly long: (parts: MomentParts) => string;
  readonly short: (parts: MomentParts) => string;
}

const MINUTES_PER_HOUR = 60;

const LONG_DATE = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const SHORT_DATE = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
// 09:00, but 9:00 AM: the locale decides which of the two clocks it reads.
const timeOf = (locale: string): Intl.DateTimeFormatOptions => {
  const { hour12 } = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions();
  return { hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit' };
};

const epochMs = (instant: Instant): number => Temporal.Instant.from(instant).epochMilliseconds;

// English puts a narrow no-break space before AM; some clients show it as a box
const plainSpaces = (text: string): string => text.replaceAll('\u202f', ' ');

/** Dates, plurals and durations in one locale and one IANA time zone. */
export class Formats {
  private readonly plural: Intl.PluralRules;
  private readonly number: Intl.NumberFormat;
  private readonly longDate: Intl.DateTimeFormat;
  private readonly shortDate: Intl.DateTimeFormat;
  private readonly time: Intl.DateTimeFormat;
  private readonly longZone: Intl.DateTimeFormat;
  private readonly shortZone: Intl.DateTimeFormat;
  private readonly relative: Intl.RelativeTimeFormat;

  constructor(
    private readonly locale: string,
    private readonly timeZone: string,
    private readonly moments: MomentWords,
  ) {
    this.plural = new Intl.PluralRules(locale);
    this.number = new Intl.NumberFormat(locale);
    this.longDate = new Intl.DateTimeFormat(locale, { ...LONG_DATE, timeZone });
    this.shortDate = new Intl.DateTimeFormat(locale, { ...SHORT_DATE, timeZone });
    this.time = new Intl.DateTimeFormat(locale, { ...timeOf(locale), timeZone });
    this.longZone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: moments.zone });
    this.shortZone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' });
    this.relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  }

  /** The form that goes with `n`. */
  form(n: number, forms: Forms): string {
    return this.plural.select(n) === 'one' ? forms.one : forms.other;
  }

  /** `n` followed by its form, e.g. `2 new posts`. */
  count(n: number, forms: Forms): string {
    return `${this.number.format(n)} ${this.form(n, forms)}`;
  }

  /** e.g. `Monday, March 2, 2026 at 9:00 AM Central European Standard Time`. */
  dateTime(instant: Instant): string {
    return this.moments.long(this.parts(instant, this.longDate, this.longZone));
  }

  /** e.g. `Mon, Mar 2, 2026, 9:00 AM GMT+1`. */
  shortDateTime(instant: Instant): string {
    return this.moments.short(this.parts(instant, this.shortDate, this.shortZone));
  }

  /** How many calendar days `to` is from `from` in this zone, in words: `in 12 days`, `tomorrow`, `today`. */
  relativeDay(from: Instant, to: Instant): string {
    return this.relative.format(this.date(from).until(this.date(to)).days, 'day');
  }

  /** A duration in whole hours, below one hour in minutes: `3 hours`. */
  duration(minutes: number): string {
    const [value, unit] =
      minutes < MINUTES_PER_HOUR ? [minutes, 'minute'] : [Math.round(minutes / MINUTES_PER_HOUR), 'hour'];
    return new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  }

  private parts(instant: Instant, dates: Intl.DateTimeFormat, zones: Intl.DateTimeFormat): MomentParts {
    const ms = epochMs(instant);
    return {
      date: plainSpaces(dates.format(ms)),
      time: plainSpaces(this.time.format(ms)),
      zone: zones.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? this.timeZone,
    };
  }

  private date(instant: Instant): Temporal.PlainDate {
    return Temporal.Instant.from(instant).toZonedDateTimeISO(this.timeZone).toPlainDate();
  }
}

/**
 * The formats of a locale and zone, built once: an `Intl` formatter costs far more to make than to use. The platform
 * chooses both, so those that were not used for the longest time are forgotten.
 */
export class FormatsCache {
  readonly #known = boundedCache<Formats>(MAX_FORMATS);

  /** @param moments those of the locale's language. */
  get(locale: string, timeZone: string, moments: MomentWords): Formats {
    const key = `${locale} ${timeZone}`;
    let formats = this.#known.get(key);
    if (!formats) {
      formats = new Formats(locale, timeZone, moments);
      this.#known.set(key, formats);
    }
    return formats;
  }
}
