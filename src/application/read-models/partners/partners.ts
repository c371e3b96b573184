import { evolveTerms, type PartnerTerms, USER_EVENTS } from '../../../domain/partner/partner.js';
import { namedPartner } from '../../aggregates/named-partner.js';
import { recorded } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';

export const PARTNER_STATUSES = ['unregistered', 'registered', 'left'] as const;

/** `unregistered`: events name the partner, but it was never registered, so it is in no solution and nobody is notified. */
export type PartnerStatus = (typeof PARTNER_STATUSES)[number];

/** A partner, as recorded in the log. */
export interface PartnerDocument extends Document {
  readonly partnerId: string;
  /** The solution that it is in now; absent while it is not registered. */
  readonly solutionId?: string | undefined;
  readonly name?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly status: PartnerStatus;
  readonly state: PartnerTerms;
}

/** The events of a partner's own terms; all others only name it. */
const TERMS = ['PartnerRegistered', 'PartnerZoneChanged', 'PartnerLeft'];

/** All partners that an event names, and the solution that each is in. */
export const partners: Projection<PartnerDocument> = {
  name: 'partners',
  version: 2,
  handles: [
    ...TERMS,
    ...USER_EVENTS,
    'SocialAccountConnected',
    'PostAwaitingApproval',
    'PostApproved',
    'PostRejected',
    'PostWithdrawn',
    'DigestRequested',
  ],
  // With the id, so that the partners of a solution are read in the same order as all partners.
  indexes: [
    ['partnerId'],
    ['solutionId', 'partnerId'],
    ['status', 'partnerId'],
    ['solutionId', 'status', 'partnerId'],
  ],
  target: (event) => ({ ids: [namedPartner(event)].filter((id) => id !== undefined) }),
  evolve: (document, event, id) => {
    if (!TERMS.includes(event.type)) return document ?? partnerOf(id, {});
    return partnerOf(id, evolveTerms(document?.state ?? {}, recorded(event)));
  },
};

const partnerOf = (partnerId: string, state: PartnerTerms) => {
  const { registration, timeZone, left } = state;
  const { solutionId, name } = registration?.value ?? {};
  const status = !registration ? 'unregistered' : left ? 'left' : 'registered';
  return { id: partnerId, partnerId, solutionId, name, timeZone: timeZone?.value, status, state } as const;
};
