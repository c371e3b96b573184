import type { NotificationState } from './notification.js';

type Phase = NotificationState['phase'];

const UNDELIVERED: readonly Phase[] = ['rejected', 'given-up', 'bounced', 'abandoned'];

/**
 * Whether a notification ended without reaching its recipient: the server refused it, Herald gave it up, it came back, or a person
 * abandoned it. One that is in doubt, or was superseded, did not end so.
 */
export const undelivered = ({ phase }: Pick<NotificationState, 'phase'>): boolean =>
  UNDELIVERED.includes(phase);
