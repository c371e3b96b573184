/** A moment: ISO 8601 in UTC with milliseconds, e.g. `2026-03-02T08:00:00.000Z`. Sorts as text. */
export type Instant = string;

/** What a decider answers: something that happened, and when it happened in the world (not when it was stored). */
export interface Fact<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  readonly occurredAt: Instant;
}

/** A fact as the log holds it: `recordedAt` is when Herald learned of it. */
export type Recorded<F extends Fact> = F & { readonly recordedAt: Instant };
