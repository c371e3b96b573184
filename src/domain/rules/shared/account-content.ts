import { HeraldError } from '../../kernel/herald-error.js';
import type { AccountFacts } from './facts.js';
import type { AccountLine } from './notification-content.js';
import type { Condition } from './verdict.js';

/** The account as a notification shows it. @throws HeraldError `account-unknown` if it was never connected. */
export const accountLine = ({ accountId, account }: AccountFacts): AccountLine => {
  const connection = account.connection?.value;
  if (!connection) throw new HeraldError('account-unknown', `The account ${accountId} was never connected.`);
  const { displayName, network, kind } = connection;
  const expiresAt = account.expiry?.expiresAt;
  return {
    accountId,
    displayName,
    network,
    kind,
    ...(expiresAt ? { authorisationExpiresAt: expiresAt } : {}),
  };
};

/** The name of the account in these conditions, for a sentence: `Nordlicht on linkedin`. */
export const accountName = (conditions: readonly Condition[]): string => {
  const connected = conditions.find(({ name }) => name === 'account-is-connected');
  const { displayName, network } = connected?.facts ?? {};
  return displayName ? `${displayName} on ${network}` : 'a social account';
};
