import { MAX_REMEMBERED_VALUES } from '../bounds.js';
import type { Instant } from './event.js';

/** A value, and since when Herald goes by it: from the moment at which it learned of it. */
export interface InForce<T> {
  readonly value: T;
  readonly since: Instant;
}

/** The newest value first. */
export type History<T> = readonly InForce<T>[];

/** The history with a value that is in force from now on; the same history if it is in force already. */
export const withValue = <T>(history: History<T> = [], value: T, since: Instant): History<T> =>
  history[0]?.value === value ? history : [{ value, since }, ...history].slice(0, MAX_REMEMBERED_VALUES);

/** The value that was in force at a moment; undefined before the first one that is remembered. */
export const valueAt = <T>(history: History<T>, at: Instant): T | undefined =>
  history.find(({ since }) => since <= at)?.value;
