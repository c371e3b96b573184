import type { ICommand } from '@nestjs/cqrs';
import type { ApprovalQueueCommand } from '../../domain/approval-queue/approval-queue.js';
import type { PartnerCommand } from '../../domain/partner/partner.js';
import type { SocialAccountCommand } from '../../domain/social-account/social-account.js';
import type { SolutionCommand } from '../../domain/solution/solution.js';
import type { Request } from '../aggregates/aggregates.js';
import { inboundCommandId } from '../aggregates/ids.js';
import type { InboundEvent } from './cloud-event.js';
import { TellApprovalQueue } from './tell-approval-queue.js';
import { TellPartner } from './tell-partner.js';
import { TellSocialAccount } from './tell-social-account.js';
import { TellSolution } from './tell-solution.js';

/** The aggregate that an event of the platform is told to, and what it is told. */
export type Addressed =
  | { readonly aggregate: 'solution'; readonly id: string; readonly command: SolutionCommand }
  | { readonly aggregate: 'partner'; readonly id: string; readonly command: PartnerCommand }
  | { readonly aggregate: 'socialAccount'; readonly id: string; readonly command: SocialAccountCommand }
  | { readonly aggregate: 'approvalQueue'; readonly id: string; readonly command: ApprovalQueueCommand };

const solution = (id: string, command: SolutionCommand): Addressed => ({
  aggregate: 'solution',
  id,
  command,
});
const partner = (id: string, command: PartnerCommand): Addressed => ({ aggregate: 'partner', id, command });
const account = (id: string, command: SocialAccountCommand): Addressed => ({
  aggregate: 'socialAccount',
  id,
  command,
});
const queue = (id: string, command: ApprovalQueueCommand): Addressed => ({
  aggregate: 'approvalQueue',
  id,
  command,
});

/** Each type of the contract is one command to one aggregate. */
export const toCommand = (event: InboundEvent): Addressed => {
  const { type, data, time: at } = event;
  switch (type) {
    case 'herald.solution.configured.v1':
      return solution(data.solutionId, { type: 'ConfigureSolution', data, at });
    case 'herald.partner.registered.v1':
      return partner(data.partnerId, { type: 'RegisterPartner', data, at });
    case 'herald.partner.zone-changed.v1':
      return partner(data.partnerId, { type: 'ChangeZone', data, at });
    case 'herald.partner.left.v1':
      return partner(data.partnerId, { type: 'Leave', data, at });
    case 'herald.partner-user.added.v1':
      return partner(data.partnerId, { type: 'AddUser', data, at });
    case 'herald.partner-user.changed.v1':
      return partner(data.partnerId, { type: 'ChangeUser', data, at });
    case 'herald.partner-user.removed.v1':
      return partner(data.partnerId, { type: 'RemoveUser', data, at });
    case 'herald.partner-user.preferences-changed.v1':
      return partner(data.partnerId, { type: 'ChangePreferences', data, at });
    case 'herald.social-account.connected.v1':
      return account(data.accountId, { type: 'Connect', data, at });
    case 'herald.social-account.token-expiring.v1':
      return account(data.accountId, { type: 'LearnExpiry', data, at });
    case 'herald.social-account.authorisation-renewed.v1':
      return account(data.accountId, { type: 'Renew', data, at });
    case 'herald.social-account.token-invalidated.v1':
      return account(data.accountId, { type: 'Invalidate', data, at });
    case 'herald.social-account.removed.v1':
      return account(data.accountId, { type: 'Remove', data, at });
    case 'herald.post.awaiting-approval.v1':
      return queue(data.partnerId, { type: 'SubmitPost', data, at });
    case 'herald.post.approved.v1':
      return queue(data.partnerId, { type: 'ApprovePost', data, at });
    case 'herald.post.rejected.v1':
      return queue(data.partnerId, { type: 'RejectPost', data, at });
    case 'herald.post.withdrawn.v1':
      return queue(data.partnerId, { type: 'WithdrawPost', data, at });
    case 'herald.digest.requested.v1': {
      const requestId = inboundCommandId(event.source, event.id);
      return queue(data.partnerId, { type: 'RequestDigest', data: { ...data, requestId }, at });
    }
  }
};

/** All that one aggregate is told, as one command for the bus. */
export const busCommand = (
  aggregate: Addressed['aggregate'],
  id: string,
  requests: readonly Request<Addressed['command']>[],
): ICommand => {
  // The requests of one aggregate are of its kind: they were grouped by it.
  switch (aggregate) {
    case 'solution':
      return new TellSolution(id, requests as Request<SolutionCommand>[]);
    case 'partner':
      return new TellPartner(id, requests as Request<PartnerCommand>[]);
    case 'socialAccount':
      return new TellSocialAccount(id, requests as Request<SocialAccountCommand>[]);
    case 'approvalQueue':
      return new TellApprovalQueue(id, requests as Request<ApprovalQueueCommand>[]);
  }
};
