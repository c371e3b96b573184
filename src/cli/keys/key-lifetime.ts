import { HeraldError } from '../../domain/kernel/herald-error.js';

/** When a key expires, as the API takes it: after a time, at a moment, or never. */
type Expiry = { readonly expiresIn?: number; readonly expiresAt?: string | null };

const SECONDS: Readonly<Record<string, number>> = { h: 3_600, d: 24 * 3_600, w: 7 * 24 * 3_600 };

/**
 * Reads `--expires`: `90d`, `never` or a date-time. An absent one is left to Herald.
 * @throws HeraldError `invalid-option`.
 */
export const expiryOf = (text: string | undefined): Expiry => {
  if (text === undefined) return {};
  if (text === 'never') return { expiresAt: null };
  if (/^\d{4}-/.test(text)) return { expiresAt: text };
  return { expiresIn: lifetimeOf(text, '--expires') };
};

/** The seconds in `24h`, `90d` or `12w`. @throws HeraldError `invalid-option`. */
export const lifetimeOf = (text: string, option: string): number => {
  const [, count, unit = ''] = /^(\d{1,6})([hdw])$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  if (seconds !== undefined) return Number(count) * seconds;
  throw new HeraldError(
    'invalid-option',
    `${option} is ${JSON.stringify(text)}: use a number of hours, days or weeks, such as 24h, 90d or 12w.`,
    option,
  );
};
