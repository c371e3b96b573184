import type { Owners } from '../access/ownership.js';
import { MAX_REMEMBERED_USERS, MAX_USERS_PER_PARTNER } from '../bounds.js';
import type { Decider, Fact, Instant, Recorded } from '../kernel/event.js';
import { HeraldError } from '../kernel/herald-error.js';
import { type History, withValue } from '../kernel/in-force.js';
import { latestOf } from '../kernel/instant.js';
import {
  afterKnown,
  isNews,
  newer,
  newerFields,
  ownFields,
  type Register,
} from '../kernel/last-write-wins.js';
import { EMPTY, get, type PersistentMap, set, withoutOlderHalf } from '../kernel/persistent-map.js';
import type { ContentFrequency } from '../solution/solution.js';
import {
  hasOptedOut,
  isActive,
  isDeliverable,
  isPresent,
  isSameAddress,
  NEW_USER,
  type PartnerUser,
  type Role,
  roleOf,
  type Undeliverable,
  type UserFields,
} from './partner-user.js';

interface Registration {
  readonly partnerId: string;
  readonly solutionId: string;
  readonly name: string;
  readonly timeZone: string;
}

/** Before its registration a partner belongs to the solutions of the bound principal that was the first to report on it. */
interface Claim {
  readonly partnerId: string;
  readonly solutionIds: Owners;
}

interface UserRef {
  readonly userId: string;
  readonly partnerId: string;
}

interface UserAdded extends UserRef {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly locale?: string | undefined;
}

export interface UserChanged extends UserRef {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: Role | undefined;
  readonly locale?: string | undefined;
  readonly active?: boolean | undefined;
}

export interface Preferences {
  readonly contentApproval?: ContentFrequency | undefined;
  readonly accountExpiration?: 'on' | 'off' | undefined;
}

/** The address of a user that mails cannot be delivered to, or whose owner has complained. */
type Unreachable = UserRef & Omit<Undeliverable, 'since'>;

interface PreferencesChanged extends UserRef, Preferences {}

/** Where a person changes preferences at Herald itself. Absent in old logs, where the actor of the event tells. */
type Via = 'unsubscribe-link';

export type PartnerCommand = { readonly at: Instant } & (
  | { readonly type: 'RegisterPartner'; readonly data: Registration }
  | { readonly type: 'ChangeZone'; readonly data: { readonly partnerId: string; readonly timeZone: string } }
  | { readonly type: 'Leave'; readonly data: { readonly partnerId: string } }
  | { readonly type: 'AddUser'; readonly data: UserAdded }
  | { readonly type: 'ChangeUser'; readonly data: UserChanged }
  | { readonly type: 'RemoveUser'; readonly data: UserRef }
  | { readonly type: 'ChangePreferences'; readonly data: PreferencesChanged }
  /** The person's own act: it takes effect when it is received, at `at`. */
  | { readonly type: 'Unsubscribe'; readonly data: UserRef }
  /** The person's own act. They get digests as before. `usual`: what their solution provides for who has not chosen. */
  | { readonly type: 'Subscribe'; readonly data: UserRef & { readonly usual: ContentFrequency } }
  | { readonly type: 'MarkUndeliverable'; readonly data: Unreachable }
  | { readonly type: 'ClaimPartner'; readonly data: Claim }
);

export type PartnerEvent =
  | Fact<'PartnerRegistered', Registration>
  | Fact<'PartnerZoneChanged', { readonly partnerId: string; readonly timeZone: string }>
  | Fact<'PartnerLeft', { readonly partnerId: string }>
  | Fact<'PartnerUserAdded', UserAdded>
  | Fact<'PartnerUserChanged', UserChanged>
  | Fact<'PartnerUserRemoved', UserRef>
  | Fact<'PreferencesChanged', PreferencesChanged & { readonly via?: Via }>
  | Fact<'AddressUndeliverable', Unreachable>
  | Fact<'PartnerClaimed', Claim>;

/** Everything of a partner, except its people, that decides when they are notified. */
export interface PartnerTerms {
  readonly registration?: Register<{ readonly solutionId: string; readonly name: string }>;
  /** To whom it belongs until it is registered. */
  readonly claimedFor?: Owners;
  readonly timeZone?: Register<string>;
  /** The zones that Herald went by, and since when. */
  readonly zones?: History<string>;
  readonly left?: { readonly at: Instant };
  /** Since when Herald knows of the partner, or of its return. */
  readonly since?: Instant;
  /** Since when Herald knows that the partner is in this solution. */
  readonly solutionSince?: Instant;
}

export interface PartnerState extends PartnerTerms {
  /** Since when Herald knows who is active, in which role, and who opted out of mails about social accounts that expire. */
  readonly peopleSince?: Instant;
  readonly users: PersistentMap<PartnerUser>;
  /** How many of the users are present. */
  readonly present: number;
}

const EVENT_OF = {
  RegisterPartner: 'PartnerRegistered',
  ChangeZone: 'PartnerZoneChanged',
  Leave: 'PartnerLeft',
  AddUser: 'PartnerUserAdded',
  ChangeUser: 'PartnerUserChanged',
  RemoveUser: 'PartnerUserRemoved',
  ChangePreferences: 'PreferencesChanged',
} as const satisfies Record<
  Exclude<PartnerCommand['type'], 'Unsubscribe' | 'Subscribe' | 'MarkUndeliverable' | 'ClaimPartner'>,
  PartnerEvent['type']
>;

/**
 * A company in a solution, with its users. Every event of the platform is recorded, also one that is late or arrives before the
 * partner is registered; for each field the event that occurred last wins.
 */
export const Partner: Decider<PartnerState, PartnerCommand, PartnerEvent> = {
  category: 'partner',
  snapshotVersion: 5,
  initialState: { users: EMPTY, present: 0 },
  decide: (command, state) => {
    const { type, data, at } = command;
    if (type === 'Unsubscribe') return choose(state, data, at, () => 'off');
    if (type === 'Subscribe') return choose(state, data, at, (user) => resumed(user, data.usual));
    if (type === 'MarkUndeliverable') return markUndeliverable(state, data, at);
    if (type === 'ClaimPartner')
      return ownersOf(state).length > 0 ? [] : [{ type: 'PartnerClaimed', data, occurredAt: at }];
    if (type === 'AddUser') checkRoom(state, data.userId);
    return [{ type: EVENT_OF[type], data, occurredAt: at } as PartnerEvent];
  },
  evolve: (state, event) => {
    const { users, present, peopleSince, ...terms } = state;
    if (!isAboutUser(event))
      return { ...evolveTerms(terms, event), users, present, ...(peopleSince ? { peopleSince } : {}) };
    const { userId } = event.data;
    const before = get(users, userId) ?? NEW_USER;
    const after = evolveUser(before, event);
    const more = Number(isPresent(after)) - Number(isPresent(before));
    const { activeSince, roleSince, optInSince, deliverableSince } = after;
    const since = latestOf(peopleSince, activeSince, roleSince, optInSince, deliverableSince);
    return {
      ...terms,
      ...{ users: withUser(users, userId, after), present: present + more },
      ...(since ? { peopleSince: since } : {}),
    };
  },
};

/** The solution that the partner is in; before its registration those of whoever was the first to report on it. */
export const ownersOf = ({ registration, claimedFor }: PartnerTerms): Owners =>
  registration ? [registration.value.solutionId] : (claimedFor ?? []);

/** The user with that id, if Herald knows of one. */
export const userOf = ({ users }: PartnerState, userId: string): PartnerUser | undefined =>
  get(users, userId);

/** The partner's own terms after one more event. */
export const evolveTerms = (
  terms: PartnerTerms,
  event: Exclude<Recorded<PartnerEvent>, UserEvent>,
): PartnerTerms => {
  const { occurredAt: at, recordedAt } = event;
  switch (event.type) {
    case 'PartnerRegistered': {
      const { solutionId, name } = event.data;
      const { left } = terms;
      const isBack = left !== undefined && left.at <= at;
      const registration = newer(terms.registration, { solutionId, name }, at);
      const isSame = registration.value.solutionId === terms.registration?.value.solutionId;
      return {
        registration,
        ...inZone(terms, event.data.timeZone, event),
        since: isBack || !terms.since ? recordedAt : terms.since,
        solutionSince: isSame && terms.solutionSince ? terms.solutionSince : recordedAt,
        ...(left && !isBack ? { left } : {}),
      };
    }
    case 'PartnerZoneChanged':
      return { ...terms, ...inZone(terms, event.data.timeZone, event) };
    case 'PartnerLeft':
      if (terms.registration && terms.registration.at > at) return terms;
      return isNews(terms.left, at) ? { ...terms, left: { at } } : terms;
    case 'PartnerClaimed':
      return ownersOf(terms).length > 0 ? terms : { ...terms, claimedFor: event.data.solutionIds };
  }
};

const inZone = (
  { timeZone, zones }: PartnerTerms,
  zone: string,
  { occurredAt, recordedAt }: Recorded<PartnerEvent>,
): Required<Pick<PartnerTerms, 'timeZone' | 'zones'>> => {
  const after = newer(timeZone, zone, occurredAt);
  return { timeZone: after, zones: withValue(zones, after.value, recordedAt) };
};

/** The types of the events about one of the partner's users. */
export const USER_EVENTS = [
  'PartnerUserAdded',
  'PartnerUserChanged',
  'PartnerUserRemoved',
  'PreferencesChanged',
  'AddressUndeliverable',
] as const satisfies readonly PartnerEvent['type'][];

/** Whether the event is about one of the partner's users. */
export const isAboutUser = (event: Recorded<PartnerEvent>): event is UserEvent =>
  (USER_EVENTS as readonly string[]).includes(event.type);

/** @throws HeraldError `too-many-users`. */
const checkRoom = (state: PartnerState, userId: string): void => {
  const user = userOf(state, userId);
  if (state.present < MAX_USERS_PER_PARTNER || (user && isPresent(user))) return;
  throw new HeraldError(
    'too-many-users',
    `The partner already has ${MAX_USERS_PER_PARTNER} users, which is the limit. Remove users who have left, then retry.`,
    'userId',
  );
};

// State is also kept for users who are not present: they were removed, or their events arrived early. The least recently
// reported ones are dropped once there are more of them than a partner may have users.
const withUser = (
  users: PersistentMap<PartnerUser>,
  userId: string,
  user: PartnerUser,
): PersistentMap<PartnerUser> => {
  const after = set(users, userId, user);
  if (after.size <= MAX_REMEMBERED_USERS) return after;
  return withoutOlderHalf(after, (one, id) =>
    id === userId || isPresent(one) ? undefined : (one.toldAt ?? ''),
  );
};

/**
 * A person's own choice of a frequency; nothing for whom the partner never had, or who has that frequency already. Who was removed can
 * still unsubscribe, which holds if they are added again.
 */
const choose = (
  state: PartnerState,
  { userId, partnerId }: UserRef,
  receivedAt: Instant,
  choiceOf: (user: PartnerUser) => ContentFrequency | undefined,
): PartnerEvent[] => {
  const user = userOf(state, userId);
  if (!user) return [];
  const known = user.fields.contentApproval;
  const contentApproval = choiceOf(user);
  if (contentApproval === undefined || known?.value === contentApproval) return [];
  const occurredAt = afterKnown(known, receivedAt);
  const data = { userId, partnerId, contentApproval, via: 'unsubscribe-link' } as const;
  return [{ type: 'PreferencesChanged', data, occurredAt }];
};

/** The frequency of who subscribes again; undefined for who is subscribed, or is not a user any more. */
const resumed = (user: PartnerUser, usual: ContentFrequency): ContentFrequency | undefined => {
  const { fields, subscribedTo } = user;
  if (!isPresent(user)) return undefined;
  if ((fields.contentApproval?.value ?? usual) !== 'off') return undefined;
  return subscribedTo ?? (usual === 'off' ? 'weekly' : usual);
};

/** Nothing is recorded if the person has left, or has another address by now. */
const markUndeliverable = (state: PartnerState, data: Unreachable, at: Instant): PartnerEvent[] => {
  const user = userOf(state, data.userId);
  if (!user || !isPresent(user) || user.undeliverable) return [];
  if (!isSameAddress(user.fields.email?.value, data.address)) return [];
  return [{ type: 'AddressUndeliverable', data, occurredAt: at }];
};

type UserEvent = Extract<Recorded<PartnerEvent>, { data: UserRef }>;
type UndeliverableEvent = Extract<UserEvent, { type: 'AddressUndeliverable' }>;

/** The user after one more fact about them. */
export const evolveUser = (before: PartnerUser, event: UserEvent): PartnerUser => {
  const since = event.recordedAt;
  const reported =
    event.type === 'AddressUndeliverable' ? withUndeliverable(before, event) : withFacts(before, event);
  const after = { ...reported, toldAt: since };
  return {
    ...after,
    ...(mattersToDigests(before, after) ? { digestsSince: since } : {}),
    ...(isActive(before) !== isActive(after) ? { activeSince: since } : {}),
    ...(roleOf(before) !== roleOf(after) ? { roleSince: since } : {}),
    ...(hasOptedOut(before) !== hasOptedOut(after) ? { optInSince: since } : {}),
    ...(isDeliverable(before) !== isDeliverable(after) ? { deliverableSince: since } : {}),
  };
};

const withUndeliverable = (
  user: PartnerUser,
  { data, recordedAt: since }: UndeliverableEvent,
): PartnerUser => {
  const { address, reason, notificationId } = data;
  return { ...user, undeliverable: { address, reason, notificationId, since } };
};

/** What is known against an address ends when the platform gives another one. */
const withFacts = (user: PartnerUser, event: Exclude<UserEvent, UndeliverableEvent>): PartnerUser => {
  const after = withReported(user, event, event.occurredAt);
  if (!after.undeliverable || isSameAddress(after.undeliverable.address, after.fields.email?.value))
    return after;
  const { undeliverable: _, ...rest } = after;
  return rest;
};

const withReported = (
  user: PartnerUser,
  event: Exclude<UserEvent, UndeliverableEvent>,
  at: Instant,
): PartnerUser => {
  const { userId: _user, partnerId: _partner, ...reported } = event.data as UserRef & Partial<UserFields>;
  switch (event.type) {
    case 'PartnerUserAdded': {
      const fields = newerFields<UserFields>(
        user.fields,
        { locale: undefined, ...reported, active: true },
        at,
      );
      const { removed, ...present } = user;
      const isBack = removed === undefined || removed.at <= at;
      return { ...(isBack ? present : user), fields, added: newer(user.added, true, at) };
    }
    case 'PartnerUserRemoved':
      return { ...user, removed: newer(user.removed, true, at) };
    case 'PreferencesChanged':
      return withPreferences(user, event);
    default:
      return { ...user, fields: newerFields<UserFields>(user.fields, reported, at) };
  }
};

type PreferencesEvent = Extract<UserEvent, { type: 'PreferencesChanged' }>;

const withPreferences = (
  user: PartnerUser,
  { data, occurredAt, recordedAt }: PreferencesEvent,
): PartnerUser => {
  const { userId: _user, partnerId: _partner, via, ...chosen } = data;
  const fields = via
    ? ownFields<UserFields>(user.fields, chosen as Partial<UserFields>, occurredAt, recordedAt)
    : newerFields<UserFields>(user.fields, chosen as Partial<UserFields>, occurredAt);
  const before = user.fields.contentApproval?.value;
  const hasEnded = fields.contentApproval?.value === 'off' && before !== undefined && before !== 'off';
  return { ...user, fields, ...(hasEnded ? { subscribedTo: before } : {}) };
};

/** Slots from before somebody became a subscriber, or chose their rhythm, are not late: they were never theirs. */
const mattersToDigests = (before: PartnerUser, after: PartnerUser): boolean =>
  isPresent(before) !== isPresent(after) ||
  (['active', 'role', 'contentApproval'] as const).some(
    (field) => before.fields[field]?.value !== after.fields[field]?.value,
  );
