/** One setting of this instance, fit to be shown. */
export interface Setting {
  /** Such as `HERALD_PORT`. */
  readonly name: string;
  /** As text, without passwords; `set` for a secret; null if it is not set. */
  readonly value: string | null;
  /** The value that it has if nobody sets it; null if there is none. */
  readonly default: string | null;
  readonly isDefault: boolean;
  /** Its value is never shown. */
  readonly secret: boolean;
  /** What it is, as one sentence. */
  readonly says: string;
}

/** The settings of this instance. */
export abstract class Settings {
  /** All of them, without secrets, in the order of their names. */
  abstract all(): readonly Setting[];
}
