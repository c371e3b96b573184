import { MAX_KEY_LIFETIME_S, MAX_KEY_OVERLAP_S } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** When a key expires, as the API takes it: after a time, at a moment, or never. */
type Expiry = { readonly expiresIn?: number; readonly expiresAt?: string | null };

const DAY_S = 24 * 3_600;

const SECONDS: Readonly<Record<string, number>> = { h: 3_600, d: DAY_S, w: 7 * DAY_S };

/**
 * Reads `--expires`: `90d`, `never` or a date-time. An absent one is left to Herald.
 * @throws HeraldError `invalid-option`.
 */
export const expiryOf = (text: string | undefined): Expiry => {
  if (text === undefined) return {};
  if (text === 'never') return { expiresAt: null };
  if (/^\d{4}-/.test(text)) return { expiresAt: text };
  return { expiresIn: secondsIn(text, MAX_KEY_LIFETIME_S, '--expires', ', never, or a date-time') };
};

/** The seconds of `--overlap`: `24h`, `7d` or `2w`. @throws HeraldError `invalid-option`. */
export const overlapOf = (text: string): number => secondsIn(text, MAX_KEY_OVERLAP_S, '--overlap');

const secondsIn = (text: string, most: number, option: string, others = ''): number => {
  const [, count, unit = ''] = /^(\d{1,6})([hdw])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit] ?? Number.NaN);
  if (seconds <= most) return seconds;
  throw new HeraldError(
    'invalid-option',
    `${option} is ${JSON.stringify(text)}: use a number of hours, days or weeks, such as 24h, 7d or 2w, at most ${most / DAY_S}d${others}.`,
    option,
  );
};
