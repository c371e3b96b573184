import type { Owners } from '../access/ownership.js';
import type { CivilDate } from '../calendar/calendar.js';
import {
  type Cause,
  causeOf,
  type Decider,
  type Fact,
  type Instant,
  type Recorded,
} from '../kernel/event.js';
import { HeraldError } from '../kernel/herald-error.js';
import { DAY, earliestOf, latestOf, plus } from '../kernel/instant.js';
import { isNews, type Register } from '../kernel/last-write-wins.js';
import type { RuleId } from '../rules/shared/rule-id.js';

/** Reminders begin when the authorisation expires in less than 20 days of 24 hours each. */
export const WINDOW_DAYS = 20;

interface AccountRef {
  readonly accountId: string;
}

/** Before it is connected an account belongs to the solutions of the bound principal that was the first to report on it. */
interface Claim extends AccountRef {
  readonly solutionIds: Owners;
}

export interface Connection {
  readonly partnerId: string;
  readonly network: string;
  readonly kind: 'personal' | 'company';
  /** The user who owns a personal account. */
  readonly ownerId?: string | undefined;
  readonly displayName: string;
}

interface Expiry extends AccountRef {
  /** When the partner must grant permission again; absent while unknown. */
  readonly authorisationExpiresAt?: Instant | undefined;
}

type Connected = Connection & Expiry;

/** Who reports it: the platform, which learned of the date, or the clock, which saw the account enter the window. */
interface Expiring extends Required<Expiry> {
  readonly noticedBy: 'platform' | 'clock';
}

/** All recipients of one slot have a decision. */
interface SlotDecided extends AccountRef {
  /** Whose people these are. Absent in logs of older versions. */
  readonly partnerId?: string | undefined;
  readonly rule: RuleId;
  readonly date: CivilDate;
  readonly key: string;
}

export type SocialAccountCommand = { readonly at: Instant } & (
  | { readonly type: 'Connect'; readonly data: Connected }
  | { readonly type: 'Renew'; readonly data: Expiry }
  | { readonly type: 'LearnExpiry'; readonly data: Required<Expiry> }
  | { readonly type: 'Invalidate'; readonly data: AccountRef & { readonly reason: string } }
  | { readonly type: 'Remove'; readonly data: AccountRef }
  | { readonly type: 'NoticeTime'; readonly data: AccountRef }
  | { readonly type: 'CloseSlot'; readonly data: SlotDecided }
  | { readonly type: 'ClaimAccount'; readonly data: Claim }
);

export type SocialAccountEvent =
  | Fact<'SocialAccountConnected', Connected>
  | Fact<'AuthorisationRenewed', Expiry>
  | Fact<'TokenExpiring', Expiring>
  | Fact<'TokenExpired', Required<Expiry>>
  | Fact<'TokenInvalidated', AccountRef & { readonly reason: string }>
  | Fact<'SocialAccountRemoved', AccountRef>
  | Fact<'SlotDecided', SlotDecided>
  | Fact<'SocialAccountClaimed', Claim>;

/** The authorisation ended. Herald acts on it from `noticedAt`, the later of the end and of learning of it. */
export interface End {
  readonly at: Instant;
  readonly noticedAt: Instant;
  readonly why: 'time-passed' | 'invalidated';
  readonly reason?: string;
  readonly cause: Cause;
}

interface Learned {
  readonly at: Instant;
  readonly learnedAt: Instant;
  readonly cause: Cause;
}

interface Refusal extends Learned {
  readonly reason: string;
}

export interface SocialAccountState {
  readonly connection?: Register<Connection>;
  /** To whom it belongs until it is connected to a partner. */
  readonly claimedFor?: Owners;
  /** Since when Herald knows that it is connected, at this partner. */
  readonly connectedSince?: Instant;
  /** Since when Herald knows who answers for it: its kind and owner, at this partner. */
  readonly ownedSince?: Instant;
  /** Since when Herald knows that the authorisation, which was refused, was granted again. */
  readonly regrantedSince?: Instant;
  /** When permission was last granted. */
  readonly granted?: { readonly at: Instant };
  readonly expiry?: Learned & { readonly expiresAt: Instant | undefined };
  /** The first refusal since the grant, and the last one, which a renewal that is learned late may not undo. */
  readonly invalidated?: Refusal;
  readonly lastRefusal?: Refusal;
  readonly removed?: { readonly at: Instant };
  /** Expiry dates that the clock has recorded as near or passed. */
  readonly noticed: { readonly expiring?: Instant; readonly expired?: Instant };
  /** By notification: the last slot that was decided for this partner's people. */
  readonly decided?: Readonly<Record<RuleId, DecidedSlot>>;
  /** By notification: the first decided slot of the current episode without authorisation. */
  readonly begun?: Readonly<Record<RuleId, DecidedSlot>>;
}

/** A slot that has been decided. */
export interface DecidedSlot {
  readonly date: CivilDate;
  readonly key: string;
}

/** The first and the last decided slot of one episode without authorisation. */
export interface Episode {
  readonly first: CivilDate;
  readonly last: CivilDate;
}

/** The last decided slot of a notification. */
export const decidedOf = ({ decided }: SocialAccountState, rule: RuleId): DecidedSlot | undefined =>
  decided?.[rule];

/** The decided slots of a notification in the current episode without authorisation; undefined before the first. */
export const episodeOf = (state: SocialAccountState, rule: RuleId): Episode | undefined => {
  const [first, last] = [state.begun?.[rule], decidedOf(state, rule)];
  return first && last ? { first: first.date, last: last.date } : undefined;
};

/** When the window of reminders opens: later than this moment, by at least a millisecond. */
export const windowStart = (expiresAt: Instant, days = WINDOW_DAYS): Instant => plus(expiresAt, -days * DAY);

/** How and when the authorisation ends or ended, as far as is known; the earlier end if there are two. */
export const endOf = ({ expiry, invalidated }: SocialAccountState): End | undefined => {
  const passed: End | undefined = expiry?.expiresAt
    ? {
        at: expiry.expiresAt,
        noticedAt: latestOf(expiry.expiresAt, expiry.learnedAt),
        why: 'time-passed',
        cause: expiry.cause,
      }
    : undefined;
  const refused: End | undefined = invalidated && {
    at: invalidated.at,
    noticedAt: latestOf(invalidated.at, invalidated.learnedAt),
    why: 'invalidated',
    reason: invalidated.reason,
    cause: invalidated.cause,
  };
  if (!passed || !refused) return passed ?? refused;
  return passed.noticedAt <= refused.noticedAt ? passed : refused;
};

/** When the clock next has something to record about this account, if ever. */
export const nextNoticeAt = (state: SocialAccountState): Instant | undefined => {
  if (!state.connection || state.removed || !state.expiry?.expiresAt) return undefined;
  const { expiresAt, learnedAt } = state.expiry;
  if (state.noticed.expired === expiresAt) return undefined;
  const expired = latestOf(expiresAt, learnedAt);
  const enters = latestOf(plus(windowStart(expiresAt), 1), learnedAt);
  const isOver =
    state.noticed.expiring === expiresAt || enters >= expiresAt || state.invalidated !== undefined;
  return isOver ? expired : earliestOf(enters, expired);
};

/**
 * A connection to a social network and the permission behind it. Every event of the platform is recorded, also a late one; an
 * older renewal never revives a newer invalidation.
 */
export const SocialAccount: Decider<SocialAccountState, SocialAccountCommand, SocialAccountEvent> = {
  category: 'socialAccount',
  snapshotVersion: 5,
  keepsPositions: true,
  initialState: { noticed: {} },
  decide: (command, state) => {
    const occurredAt = command.at;
    switch (command.type) {
      case 'Connect':
        if (command.data.kind === 'personal' && !command.data.ownerId)
          throw new HeraldError(
            'owner-missing',
            'A personal account needs an owner: name the user.',
            'ownerId',
          );
        return [{ type: 'SocialAccountConnected', data: command.data, occurredAt }];
      case 'Renew':
        return [{ type: 'AuthorisationRenewed', data: command.data, occurredAt }];
      case 'LearnExpiry':
        return [{ type: 'TokenExpiring', data: { ...command.data, noticedBy: 'platform' }, occurredAt }];
      case 'Invalidate':
        return [{ type: 'TokenInvalidated', data: command.data, occurredAt }];
      case 'Remove':
        return [{ type: 'SocialAccountRemoved', data: command.data, occurredAt }];
      case 'NoticeTime':
        return noticeTime(command.data.accountId, state, command.at);
      case 'CloseSlot':
        return isSlotDecided(state, command.data) || isElsewhere(state, command.data)
          ? []
          : [{ type: 'SlotDecided', data: command.data, occurredAt }];
      case 'ClaimAccount':
        return state.connection || state.claimedFor
          ? []
          : [{ type: 'SocialAccountClaimed', data: command.data, occurredAt }];
    }
  },
  evolve: (state, event) => {
    const after = withMoments(state, withFact(state, event), event.recordedAt);
    const end = endOf(after);
    // Once the authorisation is valid again, the next end begins a new episode.
    const stands = !end || end.noticedAt > event.recordedAt;
    return after.begun && stands ? without(after, 'begun') : after;
  },
};

const isConnected = ({ connection, removed }: SocialAccountState): boolean =>
  connection !== undefined && removed === undefined;

/** The state after a fact, and since when it is so: slots from before were none. */
const withMoments = (
  before: SocialAccountState,
  after: SocialAccountState,
  now: Instant,
): SocialAccountState => {
  if (after === before) return after;
  const [was, is] = [before.connection?.value, after.connection?.value];
  const hasMoved = was?.partnerId !== is?.partnerId;
  const isConnectedAnew = isConnected(after) && (!isConnected(before) || hasMoved);
  const hasOtherOwner = hasMoved || was?.kind !== is?.kind || was?.ownerId !== is?.ownerId;
  const isGrantedAgain = before.invalidated !== undefined && after.invalidated === undefined;
  return {
    // What was decided was decided for the people of the other partner.
    ...(hasMoved ? without(without(after, 'decided'), 'begun') : after),
    ...(isConnectedAnew ? { connectedSince: now } : {}),
    ...(hasOtherOwner ? { ownedSince: now } : {}),
    ...(isGrantedAgain ? { regrantedSince: now } : {}),
  };
};

const noticeTime = (accountId: string, state: SocialAccountState, now: Instant): SocialAccountEvent[] => {
  const due = nextNoticeAt(state);
  const authorisationExpiresAt = state.expiry?.expiresAt;
  if (!due || due > now || !authorisationExpiresAt) return [];
  if (now >= authorisationExpiresAt) {
    const data = { accountId, authorisationExpiresAt };
    return [{ type: 'TokenExpired', data, occurredAt: authorisationExpiresAt }];
  }
  return [
    {
      type: 'TokenExpiring',
      data: { accountId, authorisationExpiresAt, noticedBy: 'clock' },
      occurredAt: windowStart(authorisationExpiresAt),
    },
  ];
};

/** A slot that is a moment, not a date of a rhythm, belongs to the current episode. */
const isSlotDecided = (state: SocialAccountState, { rule, date, key }: SlotDecided): boolean => {
  const last = key === date ? decidedOf(state, rule)?.date : episodeOf(state, rule)?.last;
  return last !== undefined && date <= last;
};

/** The account was moved to another partner after the decision. */
const isElsewhere = ({ connection }: SocialAccountState, { partnerId }: SlotDecided): boolean =>
  partnerId !== undefined && partnerId !== connection?.value.partnerId;

const withFact = (state: SocialAccountState, event: Recorded<SocialAccountEvent>): SocialAccountState => {
  switch (event.type) {
    case 'SocialAccountConnected':
      return connected(granted(sinceRemoval(state, event), event, event.data.authorisationExpiresAt), event);
    case 'AuthorisationRenewed':
      return granted(state, event, event.data.authorisationExpiresAt);
    case 'TokenExpiring':
      return event.data.noticedBy === 'clock'
        ? { ...state, noticed: { ...state.noticed, expiring: event.data.authorisationExpiresAt } }
        : withExpiry(state, event, event.data.authorisationExpiresAt);
    case 'TokenExpired':
      return { ...state, noticed: { ...state.noticed, expired: event.data.authorisationExpiresAt } };
    case 'TokenInvalidated':
      return invalidated(state, event);
    case 'SocialAccountRemoved':
      if (state.connection && state.connection.at > event.occurredAt) return state;
      return isNews(state.removed, event.occurredAt)
        ? { ...state, removed: { at: event.occurredAt } }
        : state;
    case 'SlotDecided':
      return slotDecided(state, event.data);
    case 'SocialAccountClaimed':
      return state.connection || state.claimedFor ? state : { ...state, claimedFor: event.data.solutionIds };
  }
};

/** Drops what was reported before a removal: it is about a connection that no longer exists. */
const sinceRemoval = (
  state: SocialAccountState,
  { occurredAt, recordedAt }: Recorded<SocialAccountEvent>,
): SocialAccountState => {
  const { removed, expiry } = state;
  if (!removed || removed.at > occurredAt) return state;
  const others = withEpisodesFrom(state, recordedAt);
  return expiry && expiry.at <= removed.at ? without(others, 'expiry') : others;
};

/** An episode that began at this very moment continues: two that begin at once would be one notification. */
const withEpisodesFrom = (state: SocialAccountState, moment: Instant): SocialAccountState => {
  const begun = Object.entries(state.begun ?? {}).filter(([, { key }]) => key === moment);
  return begun.length > 0 ? { ...state, begun: Object.fromEntries(begun) } : without(state, 'begun');
};

const connected = (
  state: SocialAccountState,
  { data, occurredAt: at }: Recorded<Fact<'SocialAccountConnected', Connected>>,
): SocialAccountState => {
  if (!isNews(state.connection, at)) return state;
  const { partnerId, network, kind, ownerId, displayName } = data;
  const value: Connection = { partnerId, network, kind, displayName, ...(ownerId ? { ownerId } : {}) };
  const { claimedFor: _, ...again } =
    state.removed && state.removed.at <= at ? without(state, 'removed') : state;
  return { ...again, connection: { value, at } };
};

const granted = (
  state: SocialAccountState,
  event: Recorded<SocialAccountEvent>,
  expiresAt: Instant | undefined,
): SocialAccountState => {
  const at = event.occurredAt;
  if (!isNews(state.granted, at)) return state;
  const renewed = withRefusalsAfter({ ...state, granted: { at } }, at);
  // A date that the platform reported later than this permission is about this permission.
  return state.expiry && state.expiry.at > at ? renewed : withExpiry(renewed, event, expiresAt);
};

/** A refusal later than the grant of the permission stays. */
const withRefusalsAfter = (state: SocialAccountState, at: Instant): SocialAccountState => {
  const { invalidated, lastRefusal, ...others } = state;
  if (!lastRefusal || lastRefusal.at <= at) return others;
  return invalidated && invalidated.at > at ? state : { ...others, invalidated: lastRefusal, lastRefusal };
};

const withExpiry = (
  state: SocialAccountState,
  event: Recorded<SocialAccountEvent>,
  expiresAt: Instant | undefined,
): SocialAccountState => {
  const at = event.occurredAt;
  if (!isNews(state.expiry, at) || (state.granted && state.granted.at > at)) return state;
  const known = state.expiry?.expiresAt === expiresAt ? state.expiry : undefined;
  const learnedAt = known?.learnedAt ?? event.recordedAt;
  return { ...state, expiry: { at, learnedAt, expiresAt, cause: causeOf(event) } };
};

const invalidated = (
  state: SocialAccountState,
  event: Recorded<Fact<'TokenInvalidated', { readonly reason: string }>>,
): SocialAccountState => {
  const at = event.occurredAt;
  if (state.granted && state.granted.at > at) return state;
  const learnedAt = state.invalidated?.learnedAt ?? event.recordedAt;
  const refusal = { at, reason: event.data.reason, learnedAt, cause: causeOf(event) };
  return {
    ...state,
    // If it was refused more than once, it ended with the first refusal.
    invalidated: state.invalidated && state.invalidated.at <= at ? state.invalidated : refusal,
    lastRefusal: state.lastRefusal && state.lastRefusal.at > at ? state.lastRefusal : refusal,
  };
};

const slotDecided = (state: SocialAccountState, { rule, date, key }: SlotDecided): SocialAccountState => ({
  ...state,
  decided: { ...state.decided, [rule]: { date, key } },
  begun: { ...state.begun, [rule]: state.begun?.[rule] ?? { date, key } },
});

const without = <Key extends keyof SocialAccountState>(
  state: SocialAccountState,
  key: Key,
): SocialAccountState => {
  const { [key]: _, ...rest } = state;
  return rest as SocialAccountState;
};
