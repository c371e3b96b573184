import { partsOf } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';

/** A partner at which an account is connected, or once was. */
export interface AccountPartnerDocument extends Document {
  readonly partnerId: string;
  readonly accountId: string;
}

/** Every partner at which the platform ever reported an account. */
export const accountPartners: Projection<AccountPartnerDocument> = {
  name: 'account-partners',
  version: 1,
  handles: ['SocialAccountConnected'],
  indexes: [['partnerId']],
  target: ({ stream, data: { partnerId } }) => ({ ids: [`${partnerId}/${partsOf(stream).id}`] }),
  evolve: (_, { stream, data: { partnerId } }, id) => ({
    ...{ id, partnerId: String(partnerId), accountId: partsOf(stream).id },
  }),
};
