import type { NotificationState } from './notification.js';
import { undelivered } from './undelivered.js';

/** Whether a notification was superseded with nothing in its place. */
export const isTakenBack = ({
  phase,
  hasSubstitute,
}: Pick<NotificationState, 'phase' | 'hasSubstitute'>): boolean => phase === 'superseded' && !hasSubstitute;

/**
 * Whether what a notification was about is new to its recipient again: it was taken back, or ended without reaching them and what
 * follows from that is done.
 */
export const cameBack = (state: Pick<NotificationState, 'phase' | 'followedUp' | 'hasSubstitute'>): boolean =>
  isTakenBack(state) || (undelivered(state) && state.followedUp === true);
