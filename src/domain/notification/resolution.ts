/**
 * What a person makes of a mail of which nobody knows whether it arrived: it did (`delivered`), it is sent again (`resend`), or it
 * did not and is not sent again (`abandoned`).
 */
export const RESOLUTIONS = ['delivered', 'resend', 'abandoned'] as const;

export type ResolvedAs = (typeof RESOLUTIONS)[number];

/** What was said of an attempt in doubt, by whom and why. */
export interface Resolution {
  readonly as: ResolvedAs;
  readonly reason: string;
  readonly by: string;
}

/** The last resolution of a notification. */
export interface RecordedResolution extends Resolution {
  readonly attempt: number;
  /** The server's own answer to that attempt, if it became known since. */
  readonly answer?: 'accepted' | 'rejected';
}
