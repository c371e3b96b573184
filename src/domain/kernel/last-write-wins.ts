import { MAX_AHEAD_MS } from '../bounds.js';
import type { Instant } from './event.js';
import { latestOf, plus } from './instant.js';

/** A value and the moment at which it became true in the world. */
export interface Register<T> {
  readonly value: T;
  readonly at: Instant;
  /** Set where a person changed it at Herald, and not on the platform. */
  readonly own?: OwnAct;
}

/** A person's own act, such as a click on an unsubscribe link. */
export interface OwnAct {
  /** By Herald's clock. */
  readonly receivedAt: Instant;
  /** The time, by the platform's clock, of the platform's last report that was known then. */
  readonly after?: Instant;
}

/** What may be replaced by news. */
type Known = Pick<Register<unknown>, 'at' | 'own'>;

/**
 * Whether a report of the platform about `at` is newer than what is known; of two at the same moment, the one recorded later.
 * Reports are compared by the platform's clock. An own act is dated by Herald's clock, which may differ by up to
 * `MAX_AHEAD_MS`: a report that is recorded after the act and dated within that difference before it is newer, provided that
 * it is newer than the platform's previous report.
 */
export const isNews = (known: Known | '' | undefined, at: Instant): boolean =>
  !known || known.at <= at || (known.own !== undefined && mayFollow(known.own, at));

const mayFollow = ({ receivedAt, after = '' }: OwnAct, at: Instant): boolean =>
  at > after && at >= plus(receivedAt, -MAX_AHEAD_MS);

/** The newer of the known and the reported value: the platform's events arrive in any order. */
export const newer = <T>(known: Register<T> | undefined, value: T, at: Instant): Register<T> =>
  known && !isNews(known, at) ? known : { value, at };

/** When an own act takes effect: when it is received, or just after what is known, however that is dated. */
export const afterKnown = (known: Known | undefined, receivedAt: Instant): Instant =>
  known ? latestOf(receivedAt, plus(known.at, 1)) : receivedAt;

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

/** Takes over each field that a person changed by an own act. */
export const ownFields = <Fields extends object>(
  known: Registers<Fields>,
  changed: Partial<Fields>,
  at: Instant,
  receivedAt: Instant,
): Registers<Fields> => {
  const merged: Record<string, Register<unknown> | undefined> = { ...known };
  for (const [field, value] of Object.entries(changed)) {
    const before = merged[field];
    const after = before?.own ? before.own.after : before?.at;
    if (!before || before.at <= at)
      merged[field] = { value, at, own: { receivedAt, ...(after ? { after } : {}) } };
  }
  return merged as Registers<Fields>;
};
