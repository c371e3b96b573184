import type { AccountFacts } from './facts.js';
import { type Condition, condition } from './verdict.js';

/** The account is known and connected. */
export const isConnected = ({ accountId, account: { connection, removed } }: AccountFacts): Condition => {
  const name = connection
    ? `${connection.value.displayName} on ${connection.value.network} (${connection.value.kind})`
    : accountId;
  const { displayName, network, kind } = connection?.value ?? {};
  return condition(
    'account-is-connected',
    connection !== undefined && removed === undefined,
    [
      `The account ${name} is connected.`,
      removed
        ? `The account ${name} was removed at ${removed.at}.`
        : `Herald does not know an account ${name}.`,
    ],
    { facts: { displayName, network, kind } },
  );
};
