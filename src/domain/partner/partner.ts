import type { Decider, Fact, Instant } from '../fact.js';
import { own } from '../own.js';
import { isNews, newer, newerFields, type Register } from '../register.js';
import type { ContentFrequency } from '../solution/solution.js';
import { latestOf, plus } from '../time/instant.js';
import { isPresent, NEW_USER, type PartnerUser, type Role, type UserFields } from './partner-user.js';

export interface Registration {
  readonly partnerId: string;
  readonly solutionId: string;
  readonly name: string;
  readonly timeZone: string;
}

interface UserRef {
  readonly userId: string;
  readonly partnerId: string;
}

export interface UserAdded extends UserRef {
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

export interface PreferencesChanged extends UserRef {
  readonly contentApproval?: ContentFrequency | undefined;
  readonly accountExpiration?: 'on' | 'off' | undefined;
}

export type PartnerCommand = { readonly at: Instant } & (
  | { readonly type: 'RegisterPartner'; readonly data: Registration }
  | { readonly type: 'ChangeZone'; readonly data: { readonly partnerId: string; readonly timeZone: string } }
  | { readonly type: 'Leave'; readonly data: { readonly partnerId: string } }
  | { readonly type: 'AddUser'; readonly data: UserAdded }
  | { readonly type: 'ChangeUser'; readonly data: UserChanged }
  | { readonly type: 'RemoveUser'; readonly data: UserRef }
  | { readonly type: 'ChangePreferences'; readonly data: PreferencesChanged }
  | { readonly type: 'Unsubscribe'; readonly data: UserRef }
);

export type PartnerEvent =
  | Fact<'PartnerRegistered', Registration>
  | Fact<'PartnerZoneChanged', { readonly partnerId: string; readonly timeZone: string }>
  | Fact<'PartnerLeft', { readonly partnerId: string }>
  | Fact<'PartnerUserAdded', UserAdded>
  | Fact<'PartnerUserChanged', UserChanged>
  | Fact<'PartnerUserRemoved', UserRef>
  | Fact<'PreferencesChanged', PreferencesChanged>;

export interface PartnerState {
  readonly registration?: Register<{ readonly solutionId: string; readonly name: string }>;
  readonly timeZone?: Register<string>;
  readonly left?: { readonly at: Instant };
  /** Since when Herald knows of the partner, or of its return. */
  readonly since?: Instant;
  readonly users: Readonly<Record<string, PartnerUser>>;
}

const EVENT_OF = {
  RegisterPartner: 'PartnerRegistered',
  ChangeZone: 'PartnerZoneChanged',
  Leave: 'PartnerLeft',
  AddUser: 'PartnerUserAdded',
  ChangeUser: 'PartnerUserChanged',
  RemoveUser: 'PartnerUserRemoved',
  ChangePreferences: 'PreferencesChanged',
} as const satisfies Record<Exclude<PartnerCommand['type'], 'Unsubscribe'>, PartnerEvent['type']>;

/**
 * A company in a solution, with its users. Every fact of the platform is recorded, also one that is late or comes
 * before the partner is registered: field by field, the one that occurred last holds.
 */
export const Partner: Decider<PartnerState, PartnerCommand, PartnerEvent> = {
  category: 'partner',
  initialState: { users: {} },
  decide: (command, state) => {
    const { type, data, at } = command;
    if (type === 'Unsubscribe') return unsubscribe(state, data, at);
    return [{ type: EVENT_OF[type], data, occurredAt: at } as PartnerEvent];
  },
  evolve: (state, event) => {
    const at = event.occurredAt;
    switch (event.type) {
      case 'PartnerRegistered': {
        const { solutionId, name, timeZone } = event.data;
        const { left, ...rest } = state;
        const isBack = left !== undefined && left.at < at;
        return {
          ...rest,
          registration: newer(state.registration, { solutionId, name }, at),
          timeZone: newer(state.timeZone, timeZone, at),
          since: isBack || !state.since ? event.recordedAt : state.since,
          ...(left && !isBack ? { left } : {}),
        };
      }
      case 'PartnerZoneChanged':
        return { ...state, timeZone: newer(state.timeZone, event.data.timeZone, at) };
      case 'PartnerLeft':
        if (state.registration && state.registration.at > at) return state;
        return isNews(state.left, at) ? { ...state, left: { at } } : state;
      default:
        return { ...state, users: { ...state.users, [event.data.userId]: evolveUser(state, event, at) } };
    }
  },
};

/** A person's own act takes effect when it is received, whatever the platform has said of a moment to come. */
const unsubscribe = (state: PartnerState, { userId, partnerId }: UserRef, now: Instant): PartnerEvent[] => {
  const user = own(state.users, userId);
  const chosen = user?.fields.contentApproval;
  if (!user || !isPresent(user) || chosen?.value === 'off') return [];
  const occurredAt = chosen ? latestOf(now, plus(chosen.at, 1)) : now;
  return [{ type: 'PreferencesChanged', data: { userId, partnerId, contentApproval: 'off' }, occurredAt }];
};

type UserEvent = Extract<Parameters<typeof Partner.evolve>[1], { data: { userId: string } }>;

const evolveUser = (state: PartnerState, event: UserEvent, at: Instant): PartnerUser => {
  const user = own(state.users, event.data.userId) ?? NEW_USER;
  const after = withFacts(user, event, at);
  return mattersToDigests(user, after) ? { ...after, digestsSince: event.recordedAt } : after;
};

const withFacts = (user: PartnerUser, event: UserEvent, at: Instant): PartnerUser => {
  const { userId: _user, partnerId: _partner, ...told } = event.data as UserRef & Partial<UserFields>;
  switch (event.type) {
    case 'PartnerUserAdded': {
      const fields = newerFields<UserFields>(user.fields, { locale: undefined, ...told, active: true }, at);
      return { ...user, fields, added: newer(user.added, true, at) };
    }
    case 'PartnerUserRemoved':
      return { ...user, removed: newer(user.removed, true, at) };
    default:
      return { ...user, fields: newerFields<UserFields>(user.fields, told, at) };
  }
};

/** Slots before somebody came into the audience of digests, or chose their rhythm, are not late: they never were. */
const mattersToDigests = (before: PartnerUser, after: PartnerUser): boolean =>
  isPresent(before) !== isPresent(after) ||
  (['active', 'role', 'contentApproval'] as const).some(
    (field) => before.fields[field]?.value !== after.fields[field]?.value,
  );
