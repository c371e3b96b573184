import type { ClosedSlot } from '../../../domain/approval-queue/queue-events.js';
import { NOBODY, type Rhythm } from '../../../domain/approval-queue/queue-state.js';
import type { CivilDate } from '../../../domain/calendar/calendar.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { UserChanged } from '../../../domain/partner/partner.js';
import { DIGEST } from '../../../domain/rules/notifications.js';
import { RHYTHMS, rhythmSlot } from '../../../domain/rules/shared/digest-rhythm.js';
import type { Plan } from '../../../domain/rules/shared/plan.js';
import type { ContentFrequency, PolicyState } from '../../../domain/solution/solution.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Occurrence } from '../history/occurrence.js';

/** What is known of a rhythm without the people: whether it may have subscribers, and whether something new may wait for them. */
interface DigestRhythm {
  readonly mayHaveSubscribers: boolean;
  /** When Herald learned of the first post that somebody may have yet to be notified of. */
  readonly waitsSince?: Instant | undefined;
  readonly closed?: CivilDate | undefined;
}

export type DigestRhythms = Readonly<Record<Rhythm, DigestRhythm>>;

const of = (make: (rhythm: Rhythm) => DigestRhythm): DigestRhythms =>
  Object.fromEntries(RHYTHMS.map((rhythm) => [rhythm, make(rhythm)])) as DigestRhythms;

/** For a partner without users: nobody wants digests. */
export const NO_RHYTHMS = of((rhythm) => ({ mayHaveSubscribers: rhythm === NOBODY }));

/** After a new post. */
export const withNews = (rhythms: DigestRhythms, learnedAt: Instant): DigestRhythms =>
  of((rhythm) => ({ ...rhythms[rhythm], waitsSince: rhythms[rhythm].waitsSince ?? learnedAt }));

/** When nothing waits any more. */
export const withNothingNew = (rhythms: DigestRhythms): DigestRhythms =>
  of((rhythm) => ({ ...rhythms[rhythm], waitsSince: undefined }));

/** When everything that waited is published by `until`. Only slots before it remain to be decided. */
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

/** When every recipient has a decision for these slots; uses what the decision saw. */
export const withClosed = (rhythms: DigestRhythms, slots: readonly ClosedSlot[]): DigestRhythms =>
  of((rhythm) => {
    const slot = slots.find((one) => one.rhythm === rhythm);
    if (!slot) return rhythms[rhythm];
    const { date: closed, hasSubscribers: mayHaveSubscribers, waitsSince } = slot;
    return { closed, mayHaveSubscribers, waitsSince };
  });

/**
 * Adds the rhythms that people may newly have after the event.
 * @param since when Herald learned of the first waiting post; undefined for none. They may not have been notified of it.
 */
export const withSubscribers = (
  rhythms: DigestRhythms,
  event: StoredEvent,
  policies: PolicyState,
  since: Instant | undefined,
): DigestRhythms => {
  const joined = rhythmsAfter(event, policies);
  // Slots before somebody joined were not theirs; a partner that moves to another solution keeps its slots.
  const from = since && (event.type === 'PartnerRegistered' ? since : event.metadata.recordedAt);
  return of((rhythm) => {
    const before = rhythms[rhythm];
    if (!joined.includes(rhythm)) return before;
    return { ...before, mayHaveSubscribers: true, waitsSince: before.waitsSince ?? from };
  });
};

/** The rhythms that somebody may have after an event; all of them if that is unclear without the people. */
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
    case 'AddressUndeliverable':
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

/** When digests may be due; never at a slot by which everything is published. */
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
