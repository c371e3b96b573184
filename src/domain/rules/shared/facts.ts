import type { ApprovalQueueState } from '../../approval-queue/approval-queue.js';
import type { PartnerState } from '../../partner/partner.js';
import type { SocialAccountState } from '../../social-account/social-account.js';
import type { SolutionState } from '../../solution/solution.js';

/** All that the rules about accounts look at. */
export interface AccountFacts {
  readonly accountId: string;
  readonly account: SocialAccountState;
  readonly partner: PartnerState;
  readonly solution: SolutionState;
}

/** All that the rules about content look at. */
export interface QueueFacts {
  readonly partnerId: string;
  readonly queue: ApprovalQueueState;
  readonly partner: PartnerState;
  readonly solution: SolutionState;
}
