import type { Instant } from '../../../domain/kernel/event.js';
import {
  endOf,
  SocialAccount,
  type SocialAccountState,
} from '../../../domain/social-account/social-account.js';
import { fold, partsOf } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { Projection } from '../../ports/projection.js';

type AccountStatus = 'unknown' | 'connected' | 'expiring' | 'ended' | 'removed';

/** A social account, as recorded in the log. */
export interface AccountDocument extends Document {
  readonly accountId: string;
  readonly partnerId?: string | undefined;
  readonly network?: string | undefined;
  readonly kind?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly displayName?: string | undefined;
  readonly authorisationExpiresAt?: Instant | undefined;
  readonly status: AccountStatus;
  /** The network's reason if it refused the authorisation. */
  readonly reason?: string | undefined;
  readonly state: SocialAccountState;
}

/** The social accounts of all partners, and the state of their authorisation. */
export const socialAccounts: Projection<AccountDocument> = {
  name: 'social-accounts',
  version: 4,
  handles: [
    'SocialAccountConnected',
    'AuthorisationRenewed',
    'TokenExpiring',
    'TokenExpired',
    'TokenInvalidated',
    'SocialAccountRemoved',
  ],
  indexes: [['partnerId'], ['ownerId'], ['status']],
  target: ({ stream }) => ({ ids: [partsOf(stream).id] }),
  evolve: (document, event, id) => {
    const state = fold(SocialAccount, document?.state ?? SocialAccount.initialState, event);
    const connection = state.connection?.value;
    return {
      id,
      accountId: id,
      partnerId: connection?.partnerId,
      network: connection?.network,
      kind: connection?.kind,
      ownerId: connection?.ownerId,
      displayName: connection?.displayName,
      authorisationExpiresAt: state.expiry?.expiresAt,
      status: statusOf(state),
      reason: state.invalidated?.reason,
      state,
    };
  },
};

/** By recorded events only: the clock records that time passed. */
const statusOf = (state: SocialAccountState): AccountStatus => {
  const { connection, removed, invalidated, expiry, noticed } = state;
  if (!connection) return 'unknown';
  if (removed) return 'removed';
  const expiresAt = expiry?.expiresAt;
  if (invalidated || (endOf(state) && noticed.expired === expiresAt)) return 'ended';
  return expiresAt !== undefined && noticed.expiring === expiresAt ? 'expiring' : 'connected';
};
