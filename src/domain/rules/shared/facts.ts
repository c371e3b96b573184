import type { ApprovalQueueState } from '../../approval-queue/queue-state.js';
import type { PartnerState } from '../../partner/partner.js';
import type { SocialAccountState } from '../../social-account/social-account.js';
import type { SolutionState } from '../../solution/solution.js';

/** The revision of the last event that the facts have, for each kind of stream; -1 if a stream has none. */
export type Seen = Readonly<Record<string, number>>;

/** Everything that the rules about accounts depend on. */
export interface AccountFacts {
  readonly accountId: string;
  readonly account: SocialAccountState;
  readonly partner: PartnerState;
  readonly solution: SolutionState;
  readonly seen?: Seen | undefined;
}

/** Everything that the rules about content depend on. */
export interface QueueFacts {
  readonly partnerId: string;
  readonly queue: ApprovalQueueState;
  readonly partner: PartnerState;
  readonly solution: SolutionState;
  readonly seen?: Seen | undefined;
}
