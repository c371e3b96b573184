import type { Owners } from '../../../domain/access/ownership.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { evolveTerms, ownersOf, type PartnerTerms } from '../../../domain/partner/partner.js';
import { namedPartner } from '../../aggregates/named-partner.js';
import { partsOf, recorded } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Body, Projection, Read } from '../../ports/projection.js';

/** The recorded event that named something first. `source` and `id` are those of its CloudEvent. */
export interface NamingEvent {
  readonly eventId: string;
  readonly type: string;
  readonly source?: string | undefined;
  readonly id?: string | undefined;
}

/**
 * A partner, a user or an account that events name although it was never registered, added or connected. Users and accounts that
 * were keep a document that says so; of partners the one of kind `terms` does.
 */
export interface DanglingDocument extends Document {
  readonly kind: 'partner' | 'user' | 'account' | 'terms';
  readonly partnerId?: string | undefined;
  readonly userId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly isKnown?: true;
  /** When Herald learned of it; absent if nothing is missing. */
  readonly since?: Instant | undefined;
  readonly event?: NamingEvent | undefined;
  /** To which solutions it belongs, as {@link ownerKey}; absent if to none. */
  readonly owner?: string | undefined;
  readonly terms?: PartnerTerms | undefined;
}

/** One text for a set of solutions. The plus lies outside the alphabet of identifiers. */
export const ownerKey = (owners: Owners): string | undefined =>
  owners.length > 0 ? [...owners].sort().join('+') : undefined;

const partnerKey = (id: string) => `partner:${id}`;
const termsKey = (id: string) => `terms:${id}`;
const userKey = (partnerId: string, userId: unknown) => `user:${partnerId}/${userId}`;

/** They say to whom a partner belongs. */
const OWNING = ['PartnerRegistered', 'PartnerClaimed'];

/** What is named by events and never got its registration. It leaves the list when the registration comes. */
export const dangling: Projection<DanglingDocument> = {
  name: 'dangling',
  version: 1,
  handles: [
    ...[...OWNING, 'PartnerZoneChanged', 'PartnerLeft'],
    ...['PartnerUserAdded', 'PartnerUserChanged', 'PartnerUserRemoved', 'PreferencesChanged'],
    ...['SocialAccountConnected', 'SocialAccountClaimed', 'AuthorisationRenewed', 'TokenExpiring'],
    ...['TokenInvalidated', 'SocialAccountRemoved'],
    ...['PostAwaitingApproval', 'PostApproved', 'PostRejected', 'PostWithdrawn', 'DigestRequested'],
  ],
  indexes: [['since'], ['owner', 'since'], ['partnerId']],
  buildIndexes: [['partnerId']],
  target: (event) => {
    const { id } = partsOf(event.stream);
    const ids = namedIn(event);
    return OWNING.includes(event.type) ? { ids: [...ids, termsKey(id)], where: { partnerId: id } } : { ids };
  },
  // An account that is not connected names no partner.
  reads: (event) => {
    const partnerId = namedPartner(event);
    return partnerId === undefined ? [] : [termsKey(partnerId)];
  },
  evolve: (document, event, id, read) => {
    if (id.startsWith('terms:')) return evolvePartnerTerms(document, event, id);
    if (id.startsWith('partner:')) return evolvePartner(document, event, id, read);
    if (id.startsWith('user:')) return evolveUser(document, event, id, read);
    return evolveAccount(document, event, id);
  },
};

type Maybe = Body<DanglingDocument> | undefined;

/** The documents of all that an event names. */
const namedIn = (event: StoredEvent): readonly string[] => {
  const partnerId = namedPartner(event);
  if (partnerId === undefined) return [`account:${partsOf(event.stream).id}`];
  const userId = event.type === 'SocialAccountConnected' ? event.data.ownerId : event.data.userId;
  return [
    partnerKey(partnerId),
    ...(userId === undefined ? [] : [userKey(partnerId, userId)]),
    ...(event.type === 'SocialAccountConnected' ? [`account:${partsOf(event.stream).id}`] : []),
  ];
};

/** What is known of the partner after the event. */
const termsAfter = (before: Maybe, event: StoredEvent): PartnerTerms => {
  const terms = before?.terms ?? {};
  return OWNING.includes(event.type) ? evolveTerms(terms, recorded(event)) : terms;
};

const evolvePartnerTerms = (document: Maybe, event: StoredEvent, id: string): Maybe => ({
  ...{ id, kind: 'terms' },
  terms: termsAfter(document, event),
});

const evolvePartner = (
  document: Maybe,
  event: StoredEvent,
  id: string,
  read: Read<DanglingDocument>,
): Maybe => {
  const partnerId = namedPartner(event) ?? '';
  const terms = termsAfter(read(termsKey(partnerId)), event);
  if (terms.registration) return undefined;
  const about = document ?? { id, kind: 'partner', partnerId };
  if (event.type === 'PartnerClaimed') return { ...about, owner: ownerKey(ownersOf(terms)) };
  return about.since ? about : { ...about, ...named(event) };
};

const evolveUser = (document: Maybe, event: StoredEvent, id: string, read: Read<DanglingDocument>): Maybe => {
  if (document?.isKnown) return document;
  if (event.type === 'PartnerUserAdded') return { id, kind: 'user', isKnown: true };
  const partnerId = namedPartner(event) ?? '';
  const owner = ownerKey(ownersOf(termsAfter(read(termsKey(partnerId)), event)));
  if (document) return document.owner === owner ? document : { ...document, owner };
  const userId = String(event.type === 'SocialAccountConnected' ? event.data.ownerId : event.data.userId);
  return { id, kind: 'user', partnerId, userId, ...named(event), owner };
};

const evolveAccount = (document: Maybe, event: StoredEvent, id: string): Maybe => {
  if (document?.isKnown) return document;
  if (event.type === 'SocialAccountConnected') return { id, kind: 'account', isKnown: true };
  const about = document ?? { id, kind: 'account', accountId: partsOf(event.stream).id };
  if (event.type === 'SocialAccountClaimed')
    return { ...about, owner: ownerKey(event.data.solutionIds as Owners) };
  return about.since ? about : { ...about, ...named(event) };
};

const named = ({ id, type, metadata }: StoredEvent): Pick<DanglingDocument, 'since' | 'event'> => ({
  since: metadata.recordedAt,
  event: { eventId: id, type, source: metadata.source, id: metadata.sourceId },
});
