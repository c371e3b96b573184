import { mayChange, ownedElsewhere } from '../access/ownership.js';
import type { Bound } from '../access/scope.js';
import type { Decider } from '../kernel/event.js';
import { ownersOf, Partner, type PartnerCommand, type PartnerEvent, type PartnerState } from './partner.js';

/**
 * The partner on behalf of a bound principal: what belongs to solutions outside its scope is refused with `owned-elsewhere`. The first
 * report about a partner that is not registered claims it, so that nobody can plant users under another's future partner.
 */
export const partnerWithin = (scope: Bound): Decider<PartnerState, PartnerCommand, PartnerEvent> => ({
  ...Partner,
  decide: (command, state) => decideWithin(scope, command, state),
});

const decideWithin = (
  scope: Bound,
  command: PartnerCommand,
  state: PartnerState,
): readonly PartnerEvent[] => {
  const { at, data, type } = command;
  const owners = ownersOf(state);
  // Who registers it elsewhere moves it, and has to cover the old and the new solution.
  const concerned = type === 'RegisterPartner' ? [...owners, data.solutionId] : owners;
  if (!mayChange(scope, concerned)) throw ownedElsewhere();
  if (type === 'RegisterPartner' || type === 'ClaimPartner') return Partner.decide(command, state);
  const claim = {
    type: 'ClaimPartner',
    data: { partnerId: data.partnerId, solutionIds: scope },
    at,
  } as const;
  return [...Partner.decide(claim, state), ...Partner.decide(command, state)];
};
