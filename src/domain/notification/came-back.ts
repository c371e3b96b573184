import type { NotificationState } from './notification.js';
import { undelivered } from './undelivered.js';

/**
 * Whether what a notification was about is new to its recipient again: it was superseded with nothing in its place, or ended without
 * reaching them.
 */
export const cameBack = (state: Pick<NotificationState, 'phase' | 'hasSubstitute'>): boolean =>
  state.phase === 'superseded' ? !state.hasSubstitute : undelivered(state);
