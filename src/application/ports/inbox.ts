/** Where the platform may leave its events, as an alternative to HTTP. */
export abstract class Inbox {
  /** Starts consuming existing and new events. */
  abstract start(): Promise<void>;

  /** Ends after what is under way. */
  abstract close(): Promise<void>;
}
