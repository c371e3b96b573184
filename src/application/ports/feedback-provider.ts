import type { Instant } from '../../domain/kernel/event.js';
import type { Feedback, FeedbackSource } from '../../domain/notification/feedback.js';

/** One report about one mail, as somebody who is trusted has made it. */
export interface FeedbackReport {
  /** The notification that the mail was sent for; undefined if the report does not name it. */
  readonly notificationId: string | undefined;
  /** When it happened, by the clock of whoever reports it. */
  readonly at: Instant;
  /** Undefined for what Herald does not record, such as a delay or a click. */
  readonly feedback: Feedback | undefined;
}

/** A request that brings feedback, exactly as it arrived: signatures are over its bytes. */
export interface FeedbackRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string | Uint8Array;
}

/** Somebody who reports what became of mails: it proves who makes a request, and reads it. */
export abstract class FeedbackProvider {
  abstract readonly source: FeedbackSource;

  /**
   * The reports of a request.
   * @throws HeraldError `feedback-refused` where it is not proven who makes the request, or that it is recent; `feedback-unverified`
   * if that cannot be found out now; `malformed-json`, `invalid-request` for what cannot be read.
   */
  abstract read(request: FeedbackRequest): Promise<readonly FeedbackReport[]>;
}

/** The configured providers. */
export abstract class FeedbackProviders {
  abstract get(source: FeedbackSource): FeedbackProvider | undefined;
}
