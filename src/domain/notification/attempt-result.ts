/**
 * The result of an attempt, and whose failure it was: the relay's (it cannot be reached, or refuses Herald), the sender's (a policy
 * refuses the sender's address), the mail's (not now, or not this one) or the recipient's.
 */
export type AttemptResult = (
  | { readonly outcome: 'accepted'; readonly reply: string; readonly messageId: string }
  /** The server refused the mail for now. */
  | { readonly outcome: 'deferred'; readonly about: 'mail'; readonly reason: string }
  /** Nothing of the mail left: the attempt does not count. `shutdown`: Herald dropped it. */
  | {
      readonly outcome: 'not-tried';
      readonly about: 'relay' | 'sender' | 'shutdown';
      /** The relay fell silent or ended the session amid this mail's own commands: perhaps this mail makes it fail. */
      readonly inTransaction?: true;
      readonly reason: string;
    }
  | {
      readonly outcome: 'rejected';
      readonly about: 'recipient' | 'mail';
      /** The address cannot be used for any mail (RFC 3463, 5.1.x). */
      readonly addressUnusable?: true;
      readonly reason: string;
    }
  /** The server may have the mail: never resend it blindly. */
  | { readonly outcome: 'unknown'; readonly reason: string }
) & {
  /** No server was asked: Herald itself refuses the mail. */
  readonly isUnasked?: true;
  /** The SMTP dialogue of the attempt, without bodies and secrets, at most MAX_TRANSCRIPT_LINES lines. */
  readonly transcript?: readonly string[];
};
