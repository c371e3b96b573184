import { type ClosedSlot, NOBODY, type Rhythm } from '../../../domain/approval-queue/approval-queue.js';
import type { CivilDate } from '../../../domain/calendar/calendar.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { UserChanged } from '../../../domain/partner/partner.js';
import { DIGEST } from '../../../domain/rules/notifications.js';
import { RHYTHMS, rhythmSlot } from '../../../domain/rules/shared/digest-rhythm.js';
import type { Plan } from '../../../domain/rules/shared/plan.js';
import type { ContentFrequency, PolicyState } from '../../../domain/solution/solution.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Occurrence } from '../history/occurrence.js';

/** What is known of a rhythm without the people: it may have subscribers, and something new may wait for them. */
interface DigestRhythm {
  readonly mayHaveSubscribers: boolean;
  /** When Herald learned of the first post that somebody may still have to be notified of. */
  readonly waitsSince?: Instant | undefined;
  readonly closed?: CivilDate | undefined;
}

export type DigestRhythms = Readonly<Record<Rhythm, DigestRhythm>>;

const of = (make: (rhythm: Rhythm) => DigestRhythm): DigestRhythms =>
  Object.fromEntries(RHYTHMS.map((rhythm) => [rhythm, make(rhythm)])) as DigestRhythms;

/** Of a partner without users: nobody wants digests. */
export const NO_RHYTHMS = of((rhythm) => ({ mayHaveSubscribers: rhythm === NOBODY }));

/** A post came. */
export const withNews = (rhythms: DigestRhythms, learnedAt: Instant): DigestRhythms =>
  of((rhythm) => ({ ...rhythms[rhythm], waitsSince: rhythms[rhythm].waitsSince ?? learnedAt }));

/** Nothing waits any more. */
export const withNothingNew = (rhythms: DigestRhythms): DigestRhythms =>
  of((rhythm) => ({ ...rhythms[rhythm], waitsSince: undefined }));

/** All that waited until `until` is published. Only slots before it are still to be decided. */
export const withAllPublished = (
  rhythms: DigestRhythms,
  plan: Plan | undefined,
  until: Instant,
): DigestRhythms => {
  const planned = digestSlots(rhythms, plan, until).map(({ rhythm }) => rhythm);
  return of((rhythm) =>
    planned.includes(rhythm) ? rhythms[rhythm] : { ...rhythms[rhythm], waitsSince: undefined },
  );
};

/** Everybody had their decision for a slot: what the decision saw is known now. */
export const withClosed = (rhythms: DigestRhythms, slots: readonly ClosedSlot[]): DigestRhythms =>
  of((rhythm) => {
    const slot = slots.find((one) => one.rhythm === rhythm);
    if (!slot) return rhythms[rhythm];
    const { date: closed, hasSubscribers: mayHaveSubscribers, waitsSince } = slot;
    return { closed, mayHaveSubscribers, waitsSince };
  });

/**
 * Whoever may have a rhythm now that they had not before the event.
 * @param since when Herald learned of the first post that waits; undefined for none. They may not have been notified of it.
 */
export const withSubscribers = (
  rhythms: DigestRhythms,
  event: StoredEvent,
  policies: PolicyState,
  since: Instant | undefined,
): DigestRhythms => {
  const joined = rhythmsAfter(event, policies);
  // Slots before somebody joined were not theirs; a partner that comes to another solution has slots as it had them.
  const from = since && (event.type === 'PartnerRegistered' ? since : event.metadata.recordedAt);
  return of((rhythm) => {
    const before = rhythms[rhythm];
    if (!joined.includes(rhythm)) return before;
    return { ...before, mayHaveSubscribers: true, waitsSince: before.waitsSince ?? from };
  });
};

/** Of which rhythm somebody may be after an event. All, where that is not clear without knowing them. */
const rhythmsAfter = ({ type, data }: StoredEvent, { policies }: PolicyState): readonly Rhythm[] => {
  switch (type) {
    case 'PreferencesChanged':
      return [NOBODY, ...rhythmOf(data.contentApproval as ContentFrequency | undefined)];
    case 'PartnerUserChanged': {
      const { role, active } = data as unknown as UserChanged;
      if (active !== undefined) return RHYTHMS;
      return role ? [NOBODY, ...rhythmOf(policies?.contentApprovalDefault[role])] : [];
    }
    case 'PartnerUserRemoved':
      return [NOBODY];
    case 'PartnerZoneChanged':
    case 'PartnerLeft':
      return [];
    default:
      return RHYTHMS;
  }
};

const rhythmOf = (frequency: ContentFrequency | undefined): readonly Rhythm[] =>
  frequency === undefined || frequency === 'off' ? [] : [frequency];

/** When digests may be due: none at a slot by which all is published. */
export const digestSlots = (
  rhythms: DigestRhythms,
  plan: Plan | undefined,
  until: Instant | undefined,
): readonly (Occurrence & { readonly rhythm: Rhythm })[] => {
  if (!plan || !until) return [];
  return RHYTHMS.flatMap((rhythm) => {
    const { mayHaveSubscribers, waitsSince, closed } = rhythms[rhythm];
    if (!mayHaveSubscribers || !waitsSince) return [];
    const { at } = rhythmSlot(rhythm, plan, waitsSince, closed);
    return at < until ? [{ at, rule: DIGEST, rhythm }] : [];
  });
};
