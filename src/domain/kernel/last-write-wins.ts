import type { Instant } from './event.js';

/** A value, and when in the world it became true. */
export interface Register<T> {
  readonly value: T;
  readonly at: Instant;
}

/** Whether what happened at `at` is newer than what is known; of two at the same moment, the one recorded later. */
export const isNews = (known: { readonly at: Instant } | '' | undefined, at: Instant): boolean =>
  !known || known.at <= at;

/** The newer of what is known and what is told: the platform's events may come in any order. */
export const newer = <T>(known: Register<T> | undefined, value: T, at: Instant): Register<T> =>
  known && !isNews(known, at) ? known : { value, at };

/** Registers by field. */
export type Registers<Fields> = { readonly [F in keyof Fields]?: Register<Fields[F]> };

/** Takes over those fields that are told, each for itself. */
export const newerFields = <Fields extends object>(
  known: Registers<Fields>,
  told: Partial<Fields>,
  at: Instant,
): Registers<Fields> => {
  const merged: Record<string, Register<unknown> | undefined> = { ...known };
  for (const [field, value] of Object.entries(told)) merged[field] = newer(merged[field], value, at);
  return merged as Registers<Fields>;
};
