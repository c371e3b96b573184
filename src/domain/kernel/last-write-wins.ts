import type { Instant } from './event.js';

/** A value and the moment at which it became true in the world. */
export interface Register<T> {
  readonly value: T;
  readonly at: Instant;
}

/** Whether what happened at `at` is newer than what is known; of two at the same moment, the one recorded later. */
export const isNews = (known: { readonly at: Instant } | '' | undefined, at: Instant): boolean =>
  !known || known.at <= at;

/** The newer of the known and the reported value: the platform's events arrive in any order. */
export const newer = <T>(known: Register<T> | undefined, value: T, at: Instant): Register<T> =>
  known && !isNews(known, at) ? known : { value, at };

/** Registers by field. */
export type Registers<Fields> = { readonly [F in keyof Fields]?: Register<Fields[F]> };

/** Takes over each reported field that is newer than the known one. */
export const newerFields = <Fields extends object>(
  known: Registers<Fields>,
  reported: Partial<Fields>,
  at: Instant,
): Registers<Fields> => {
  const merged: Record<string, Register<unknown> | undefined> = { ...known };
  for (const [field, value] of Object.entries(reported)) merged[field] = newer(merged[field], value, at);
  return merged as Registers<Fields>;
};
