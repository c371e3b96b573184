/** A moment: ISO 8601 in UTC with milliseconds, e.g. `2026-03-02T08:00:00.000Z`. Sorts as text. */
export type Instant = string;

/** What a decider returns: something that happened, and when it happened in the world (not when it was stored). */
export interface Fact<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  readonly occurredAt: Instant;
}

/** The recorded event that something follows from, so that a reason can be traced to the log. */
export interface Cause {
  readonly eventId: string;
  readonly position: string;
  readonly type: string;
}

/** A fact in the log. `recordedAt` is when Herald learned of it, by Herald's clock. */
export type Recorded<F extends Fact> = F & {
  readonly recordedAt: Instant;
  readonly eventId: string;
  readonly position: string;
};

/** The event as a cause of what follows from it. */
export const causeOf = ({ eventId, position, type }: Recorded<Fact>): Cause => ({ eventId, position, type });

/**
 * An aggregate as three pure parts. `decide` refuses by throwing a HeraldError; an empty result means that there is nothing to
 * record.
 */
export interface Decider<State, Command, Event extends Fact> {
  /** The part of the stream name before the id. */
  readonly category: string;
  readonly initialState: State;
  /** Raised with every change of the shape of its events; those of older versions are upcast when they are read. Default: 1. */
  readonly schemaVersion?: number;
  /**
   * Raise it with every change of the state's shape or of `evolve`: snapshots of other versions are ignored. Omit it for
   * aggregates with short streams; they get no snapshots. A state with snapshots must be JSON.
   */
  readonly snapshotVersion?: number;
  /** Its state keeps positions of its events, as {@link causeOf} does. */
  readonly keepsPositions?: true;
  decide(command: Command, state: State): readonly Event[];
  evolve(state: State, event: Recorded<Event>): State;
}
