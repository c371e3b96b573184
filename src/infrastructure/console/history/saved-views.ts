import type { Instant } from '../../../domain/kernel/event.js';
import { DAY, plus } from '../../../domain/kernel/instant.js';
import { ESCALATION } from '../../../domain/rules/shared/sentinels.js';
import { at, href, type Parameters } from '../kit/href.js';

/** A question that is asked often, as a link. */
export interface SavedView {
  readonly label: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

const dayOf = (instant: Instant): string => instant.slice(0, 10);

const viewsAt = (now: Instant): readonly (readonly [label: string, filters: Parameters])[] => [
  ['All', {}],
  ['Today', { from: dayOf(now) }],
  ['Last 7 days', { from: dayOf(plus(now, -6 * DAY)) }],
  ['In doubt', { outcome: 'outcome-unknown' }],
  ['Tried again later', { outcome: 'deferred' }],
  ['Refused', { outcome: 'rejected' }],
  ['Given up', { outcome: 'given-up' }],
  ['Came back', { outcome: 'bounced' }],
  ['Reported as spam', { outcome: 'complained' }],
  ['No reachable recipient', { reason: 'no-reachable-recipient' }],
  ['Missed', { reason: 'missed' }],
  ['To escalation contacts', { recipient: ESCALATION }],
];

/** The saved views; the one whose filters these are is the current one. */
export const savedViews = (filters: Parameters, now: Instant): readonly SavedView[] => {
  const current = href('', filters);
  return viewsAt(now).map(([label, view]) => ({
    label,
    href: href(at('history'), view),
    isCurrent: href('', view) === current,
  }));
};
