/** Where the platform may leave its events, beside HTTP. */
export abstract class Inbox {
  /** Begins to take what is there and what comes. */
  abstract start(): Promise<void>;

  /** Ends after what is under way. */
  abstract close(): Promise<void>;
}
