import { evolveUser, USER_EVENTS } from '../../../domain/partner/partner.js';
import {
  isActive,
  NEW_USER,
  type PartnerUser,
  type Undeliverable,
} from '../../../domain/partner/partner-user.js';
import { partsOf, recorded } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Projection } from '../../ports/projection.js';

/** A partner user, as recorded in the log. */
export interface PersonDocument extends Document {
  readonly userId: string;
  readonly partnerId: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: string | undefined;
  readonly locale?: string | undefined;
  readonly active: boolean;
  /** As chosen; absent while the solution's default holds. */
  readonly contentApproval?: string | undefined;
  readonly accountExpiration?: string | undefined;
  /** Why nothing more is sent to the address; absent while nothing is known against it. */
  readonly undeliverable?: Undeliverable | undefined;
  readonly state: PartnerUser;
}

/** Whether the platform has added the person. Of others only a preference or the like is known: GET /v1/dangling lists them. */
export const isAdded = ({ state }: PersonDocument): boolean => state.added !== undefined;

const personId = ({ stream, data }: StoredEvent): string => `${partsOf(stream).id}/${data.userId}`;

/** The partner users of all partners, and their notification settings. */
export const people: Projection<PersonDocument> = {
  name: 'people',
  version: 6,
  handles: USER_EVENTS,
  indexes: [['userId'], ['partnerId']],
  target: (event) => ({ ids: [personId(event)] }),
  evolve: (document, event, id) => {
    const userId = String(event.data.userId);
    const state = evolveUser(document?.state ?? NEW_USER, recorded(event));
    const { fields } = state;
    return {
      id,
      userId,
      partnerId: partsOf(event.stream).id,
      name: fields.name?.value,
      email: fields.email?.value,
      role: fields.role?.value,
      locale: fields.locale?.value,
      active: isActive(state),
      contentApproval: fields.contentApproval?.value,
      accountExpiration: fields.accountExpiration?.value,
      undeliverable: state.undeliverable,
      state,
    };
  },
};
