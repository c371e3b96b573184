import { mailboxOf } from '../../../domain/channels/email-address.js';
import { partsOf } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';

/** An address that a person has, or once had. */
export interface AddressDocument extends Document {
  /** The same for every spelling of one mailbox. */
  readonly mailbox: string;
  readonly userId: string;
  readonly partnerId: string;
}

/** Every address that the platform ever gave for a person. */
export const addresses: Projection<AddressDocument> = {
  name: 'addresses',
  version: 2,
  handles: ['PartnerUserAdded', 'PartnerUserChanged'],
  indexes: [['mailbox'], ['mailbox', 'partnerId']],
  target: ({ stream, data: { email, userId } }) => ({
    ids: typeof email === 'string' ? [`${mailboxOf(email)} ${partsOf(stream).id}/${userId}`] : [],
  }),
  evolve: (_, { stream, data: { email, userId } }, id) => ({
    ...{ id, mailbox: mailboxOf(String(email)), userId: String(userId), partnerId: partsOf(stream).id },
  }),
};
