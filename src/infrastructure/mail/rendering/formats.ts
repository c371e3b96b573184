import { LRUCache } from 'lru-cache';
import { Temporal } from 'temporal-polyfill';
import { MAX_FORMATS } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';

/** The words for one and for any other number: all the plural forms that English and German have. */
export interface Forms {
  readonly one: string;
  readonly other: string;
}

const MINUTES_PER_HOUR = 60;

const LONG = {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'long',
} as const;

const SHORT = { ...LONG, weekday: 'short', month: 'short', timeZoneName: 'short' } as const;

const epochMs = (instant: Instant): number => Temporal.Instant.from(instant).epochMilliseconds;

// English puts a narrow no-break space before AM; some clients show it as a box
const plainSpaces = (text: string): string => text.replaceAll('\u202f', ' ');

/** Dates, plurals and durations in one locale and one IANA time zone. */
export class Formats {
  private readonly plural: Intl.PluralRules;
  private readonly number: Intl.NumberFormat;
  private readonly long: Intl.DateTimeFormat;
  private readonly short: Intl.DateTimeFormat;
  private readonly relative: Intl.RelativeTimeFormat;

  constructor(
    private readonly locale: string,
    private readonly timeZone: string,
  ) {
    this.plural = new Intl.PluralRules(locale);
    this.number = new Intl.NumberFormat(locale);
    this.long = new Intl.DateTimeFormat(locale, { ...LONG, timeZone });
    this.short = new Intl.DateTimeFormat(locale, { ...SHORT, timeZone });
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

  /** e.g. `Monday, 2 March 2026 at 09:00 Central European Standard Time`. */
  dateTime(instant: Instant): string {
    return plainSpaces(this.long.format(epochMs(instant)));
  }

  /** e.g. `Mon, 2 Mar 2026, 09:00 CET`. */
  shortDateTime(instant: Instant): string {
    return plainSpaces(this.short.format(epochMs(instant)));
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

  private date(instant: Instant): Temporal.PlainDate {
    return Temporal.Instant.from(instant).toZonedDateTimeISO(this.timeZone).toPlainDate();
  }
}

/**
 * The formats of a locale and zone, built once: an `Intl` formatter costs far more to make than to use. The platform
 * chooses both, so those that were not used for the longest time are forgotten.
 */
export class FormatsCache {
  readonly #known = new LRUCache<string, Formats>({ max: MAX_FORMATS });

  get(locale: string, timeZone: string): Formats {
    const key = `${locale} ${timeZone}`;
    let formats = this.#known.get(key);
    if (!formats) {
      formats = new Formats(locale, timeZone);
      this.#known.set(key, formats);
    }
    return formats;
  }
}
