import type { Instant } from '../../kernel/event.js';

export interface PostLine {
  readonly postId: string;
  readonly title: string;
  readonly streamName: string;
  readonly network: string;
  readonly publishAt: Instant;
}

export interface AccountLine {
  readonly accountId: string;
  readonly displayName: string;
  readonly network: string;
  readonly kind: 'personal' | 'company';
  readonly authorisationExpiresAt?: Instant;
  /** When the authorisation ended, if the notification is about that. */
  readonly endedAt?: Instant;
  /** The platform's reason, when a use of the token failed. */
  readonly reason?: string;
}

/** What a notification reports, independent of channel and language. */
export interface NotificationContent {
  readonly account?: AccountLine;
  readonly posts?: readonly PostLine[];
  /** New posts beyond those listed. */
  readonly more?: number;
  /** Posts of earlier digests that still wait. */
  readonly older?: number;
}
