import type { ApprovalQueueState } from '../../approval-queue/queue-state.js';
import type { PartnerState } from '../../partner/partner.js';
import type { SocialAccountState } from '../../social-account/social-account.js';
import type { SolutionState } from '../../solution/solution.js';

/** Everything that the rules about accounts depend on. */
export interface AccountFacts {
  readonly accountId: string;
  readonly account: SocialAccountState;
  readonly partner: PartnerState;
  readonly solution: SolutionState;
}

/** Everything that the rules about content depend on. */
export interface QueueFacts {
  readonly partnerId: string;
  readonly queue: ApprovalQueueState;
  readonly partner: PartnerState;
  readonly solution: SolutionState;
}
