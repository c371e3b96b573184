import { mayChange, type Owners, ownedElsewhere } from '../access/ownership.js';
import type { Bound } from '../access/scope.js';
import type { Decider } from '../kernel/event.js';
import {
  SocialAccount,
  type SocialAccountCommand,
  type SocialAccountEvent,
  type SocialAccountState,
} from './social-account.js';

/** It is not known to whom this partner belongs, or it belongs to nobody yet: find out or claim it, then decide again. */
export class OwnersUnknown extends Error {
  constructor(readonly partnerId: string) {
    super(`It is not known to whom the partner ${partnerId} belongs.`);
  }
}

/**
 * The social account on behalf of a bound principal: what belongs to solutions outside its scope is refused with
 * `owned-elsewhere`. An account belongs to whom its partner belongs to. The first report about one that is not connected claims it.
 * @param ownersOf to whom a partner belongs; undefined makes the decision throw OwnersUnknown. It asks only about what it needs: about
 * the new partner only if the account may be moved.
 */
export const socialAccountWithin = (
  scope: Bound,
  ownersOf: (partnerId: string) => Owners | undefined,
): Decider<SocialAccountState, SocialAccountCommand, SocialAccountEvent> => {
  const known = (partnerId: string): Owners => {
    const owners = ownersOf(partnerId);
    if (owners) return owners;
    throw new OwnersUnknown(partnerId);
  };
  return {
    ...SocialAccount,
    decide: (command, state) => {
      const partnerId = partnerOf(state);
      const owners = partnerId === undefined ? (state.claimedFor ?? []) : known(partnerId);
      if (!mayChange(scope, owners)) throw ownedElsewhere();
      if (command.type === 'Connect') {
        if (!mayChange(scope, known(command.data.partnerId))) throw ownedElsewhere();
        return SocialAccount.decide(command, state);
      }
      const { at, data } = command;
      const claim = { accountId: data.accountId, solutionIds: scope };
      return [
        ...SocialAccount.decide({ type: 'ClaimAccount', data: claim, at }, state),
        ...SocialAccount.decide(command, state),
      ];
    },
  };
};

/** The partner that the account is or was connected to, if Herald knows of one. */
export const partnerOf = ({ connection }: SocialAccountState): string | undefined =>
  connection?.value.partnerId;
