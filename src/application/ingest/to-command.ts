import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { ApprovalQueueCommand } from '../../domain/approval-queue/queue-events.js';
import type { Decider, Fact } from '../../domain/kernel/event.js';
import { Partner, type PartnerCommand } from '../../domain/partner/partner.js';
import { SocialAccount, type SocialAccountCommand } from '../../domain/social-account/social-account.js';
import { Solution, type SolutionCommand } from '../../domain/solution/solution.js';
import type { InboundEvent } from './cloud-event.js';

/** What the platform asks of an aggregate. */
export type PlatformCommand = SolutionCommand | PartnerCommand | SocialAccountCommand | ApprovalQueueCommand;

/** A command, and the aggregate that carries it out. */
export interface Addressed {
  readonly decider: Decider<unknown, PlatformCommand, Fact>;
  readonly id: string;
  readonly command: PlatformCommand;
}

const solution = (id: string, command: SolutionCommand): Addressed => ({ decider: Solution, id, command });
const partner = (id: string, command: PartnerCommand): Addressed => ({ decider: Partner, id, command });
const account = (id: string, command: SocialAccountCommand): Addressed => ({
  decider: SocialAccount,
  id,
  command,
});
const queue = (id: string, command: ApprovalQueueCommand): Addressed => ({
  decider: ApprovalQueue,
  id,
  command,
});

/** Each type of the contract is one command to one aggregate. @param commandId stands for the event's key. */
export const toCommand = (event: InboundEvent, commandId: string): Addressed => {
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
    case 'herald.digest.requested.v1':
      return queue(data.partnerId, { type: 'RequestDigest', data: { ...data, requestId: commandId }, at });
  }
};
