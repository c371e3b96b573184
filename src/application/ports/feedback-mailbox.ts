/** A mailbox that mail servers send their reports to. Anybody can write to it. */
export abstract class FeedbackMailbox {
  /**
   * Takes each unread mail and marks it as read; deletes nothing. A mail stays unread, and the look ends, where `take` throws.
   * @throws Error if the mailbox cannot be reached or read.
   */
  abstract look(take: (mail: Uint8Array) => Promise<void>): Promise<void>;

  /** Ends a look that is under way. */
  abstract close(): Promise<void>;
}
