import type { Decider, Fact, Instant, Recorded } from '../kernel/event.js';
import { type History, withValue } from '../kernel/in-force.js';
import { isNews } from '../kernel/last-write-wins.js';

/** How often somebody is notified of content that waits for approval. */
export type ContentFrequency = 'off' | 'daily' | 'weekly' | 'monthly';

/** The settings in which solutions differ. */
export interface Policies {
  /** For users who have not chosen. */
  readonly contentApprovalDefault: { readonly admin: ContentFrequency; readonly member: ContentFrequency };
  /** Whether "account expired" repeats on the weekday of its first mail or on Mondays. */
  readonly accountExpiredCadence: 'same-weekday' | 'monday';
  /** When periodic mails are sent, by the partner's wall clock: `09:00`. */
  readonly sendAt: string;
}

/** What mails show of the solution. */
export interface Branding {
  /** An https URL of a picture. */
  readonly logoUrl?: string | undefined;
  /** `#1d4ed8`; white text reads well on it. */
  readonly color?: string | undefined;
  /** A line at the end of each mail. */
  readonly footer?: string | undefined;
}

export interface SolutionSettings {
  readonly solutionId: string;
  readonly name: string;
  /** Whether the solution has e-mail notifications at all. */
  readonly entitled: boolean;
  readonly timeZone: string;
  readonly locale: string;
  readonly baseUrl: string;
  /** Templates of links (RFC 6570, level 1); without them links lead to the base URL. */
  readonly accountUrl?: string | undefined;
  readonly postUrl?: string | undefined;
  readonly branding?: Branding | undefined;
  readonly sender: { readonly name: string; readonly address: string };
  readonly escalationEmail?: string | undefined;
  readonly policies: Policies;
}

export type SolutionCommand = {
  readonly type: 'ConfigureSolution';
  readonly data: SolutionSettings;
  readonly at: Instant;
};

/** `changesPlan`: whether slots change with it. Absent in old logs, where it is unknown. */
export type SolutionEvent = Fact<'SolutionConfigured', SolutionSettings & { readonly changesPlan?: boolean }>;

/** What of a solution decides about slots. */
export interface PolicyState {
  readonly at?: Instant;
  readonly policies?: Policies;
  /** Since when Herald knows of the solution. */
  readonly since?: Instant;
  /** When periodic mails are sent, and were before. */
  readonly sendTimes?: History<string>;
  /** Since when Herald knows what users get who have not chosen. */
  readonly defaultsSince?: Instant;
  /** Since when Herald knows of the cadence of "account expired". */
  readonly cadenceSince?: Instant;
  readonly entitled?: boolean;
  /** When Herald learned that the solution has notifications, the last time; earlier slots were not its slots. */
  readonly entitledSince?: Instant;
}

export interface SolutionState extends PolicyState {
  readonly settings?: SolutionSettings;
  /** Since when Herald knows of the escalation contact. */
  readonly escalationSince?: Instant;
}

const isNewer = ({ at }: PolicyState, than: Instant): boolean => isNews(at && { at }, than);

const isSame = (known: unknown, next: unknown): boolean => JSON.stringify(known) === JSON.stringify(next);

/** Whether slots change: the policies do, or the solution gets notifications. */
const changesSlots = ({ policies, entitled }: PolicyState, next: SolutionSettings): boolean =>
  !isSame(policies, next.policies) || (next.entitled && entitled !== true);

/** The policies after the event, if it is news. */
export const evolvePolicies = (state: PolicyState, event: Recorded<SolutionEvent>): PolicyState => {
  if (!isNewer(state, event.occurredAt)) return state;
  const { policies, entitled } = event.data;
  const { recordedAt } = event;
  const known = state.policies;
  const isSameDefault = isSame(known?.contentApprovalDefault, policies.contentApprovalDefault);
  const isSameCadence = known?.accountExpiredCadence === policies.accountExpiredCadence;
  const entitledSince = entitled && !state.entitled ? recordedAt : state.entitledSince;
  return {
    at: event.occurredAt,
    policies,
    entitled,
    since: state.since ?? recordedAt,
    sendTimes: withValue(state.sendTimes, policies.sendAt, recordedAt),
    defaultsSince: isSameDefault && state.defaultsSince ? state.defaultsSince : recordedAt,
    cadenceSince: isSameCadence && state.cadenceSince ? state.cadenceSince : recordedAt,
    ...(entitledSince ? { entitledSince } : {}),
  };
};

/** A supplier's programme: entitlement, defaults, sender, escalation contact. */
export const Solution: Decider<SolutionState, SolutionCommand, SolutionEvent> = {
  category: 'solution',
  snapshotVersion: 2,
  initialState: {},
  decide: ({ data, at }, state) => {
    const changesPlan = isNewer(state, at) && changesSlots(state, data);
    return [{ type: 'SolutionConfigured', data: { ...data, changesPlan }, occurredAt: at }];
  },
  evolve: (state, event) => {
    if (!isNewer(state, event.occurredAt)) return state;
    const { settings, escalationSince, ...policies } = state;
    const { changesPlan: _, ...latest } = event.data;
    const isSameContact = settings?.escalationEmail === latest.escalationEmail;
    const since = isSameContact && escalationSince ? escalationSince : event.recordedAt;
    return { ...evolvePolicies(policies, event), settings: latest, escalationSince: since };
  },
};
