import {
  ApprovalQueue,
  type ApprovalQueueState,
  evolveQueue,
  type PostPlace,
} from '../../domain/approval-queue/approval-queue.js';
import type { Instant } from '../../domain/fact.js';
import { Partner, type PartnerState } from '../../domain/partner/partner.js';
import { expiredSlot } from '../../domain/rules/account-expired.js';
import { queueSlots } from '../../domain/rules/digest-rhythm.js';
import { planOf } from '../../domain/rules/plan.js';
import { reminderSlot } from '../../domain/rules/settings-update-required.js';
import {
  nextNoticeAt,
  SocialAccount,
  type SocialAccountState,
} from '../../domain/social-account/social-account.js';
import { evolvePolicies, type PolicyState } from '../../domain/solution/solution.js';
import { earliestOf } from '../../domain/time/instant.js';
import type { Document } from '../document-store.js';
import type { StoredEvent } from '../event-store.js';
import { belongsTo, fold, partsOf, recorded } from '../streams.js';
import { DELIVERY_EVENTS, type DeliveryPlan, evolveDelivery } from './agenda-delivery.js';
import type { Occurrence } from './occurrence.js';
import type { Body, Projection, Read, Target } from './projection.js';

/**
 * Who does what is due: the interactive ones answer a person who waits, and go before all others. Each worker asks only for its own.
 */
export type Lane = 'interactive-decision' | 'decision' | 'interactive-delivery' | 'delivery';

interface Planned extends Document {
  readonly lane: Lane;
  /** The earliest of `next`; absent when nothing is to come. */
  readonly dueAt?: Instant | undefined;
  readonly next: readonly Occurrence[];
}

/** Copies of what an account's or a partner's slots depend on, kept up by the same events. */
interface Planning extends Planned {
  readonly partnerId?: string | undefined;
  readonly solutionId?: string | undefined;
  readonly partner: PartnerState;
  readonly policies: PolicyState;
}

export interface SolutionPlan extends Planned {
  readonly kind: 'solution';
  readonly policies: PolicyState;
}

export interface PartnerPlan extends Planning {
  readonly kind: 'partner';
  readonly queue: ApprovalQueueState<PostPlace>;
}

export interface AccountPlan extends Planning {
  readonly kind: 'account';
  readonly accountId: string;
  readonly account: SocialAccountState;
}

export type AgendaDocument = SolutionPlan | PartnerPlan | AccountPlan | DeliveryPlan;

const ids = {
  solution: (id: string) => `solution:${id}`,
  partner: (id: string) => `partner:${id}`,
  account: (id: string) => `account:${id}`,
};

const PARTNER_WIDE = ['PartnerRegistered', 'PartnerZoneChanged', 'PartnerLeft'];

/** Everything that must happen at a known moment, ordered by time. A tick asks it what is due. */
export const agenda: Projection<AgendaDocument> = {
  name: 'agenda',
  version: 5,
  handles: [
    'SolutionConfigured',
    ...PARTNER_WIDE,
    'PartnerUserAdded',
    'PartnerUserChanged',
    'PartnerUserRemoved',
    'PreferencesChanged',
    'SocialAccountConnected',
    'AuthorisationRenewed',
    'TokenExpiring',
    'TokenExpired',
    'TokenInvalidated',
    'SocialAccountRemoved',
    'SlotDecided',
    'PostAwaitingApproval',
    'PostApproved',
    'PostRejected',
    'PostWithdrawn',
    'DigestRequested',
    'DigestRaised',
    ...DELIVERY_EVENTS,
  ],
  indexes: [['dueAt'], ['lane', 'dueAt'], ['partnerId'], ['solutionId']],
  buildIndexes: [['partnerId'], ['solutionId']],
  target: (event): Target => {
    const { category, id } = partsOf(event.stream);
    switch (category) {
      case 'solution':
        return { ids: [ids.solution(id)], where: { solutionId: id } };
      case 'partner':
        return {
          ids: [ids.partner(id)],
          ...(PARTNER_WIDE.includes(event.type) ? { where: { partnerId: id } } : {}),
        };
      case 'approvalQueue':
        return { ids: [ids.partner(id)] };
      case 'socialAccount':
        return { ids: [ids.account(id)] };
      default:
        return { ids: [`delivery:${id}`] };
    }
  },
  reads: ({ type, data }) => {
    if (type === 'PartnerRegistered') return [ids.solution(String(data.solutionId))];
    if (type === 'SocialAccountConnected') return [ids.partner(String(data.partnerId))];
    return [];
  },
  evolve: (document, event, id, read) => {
    if (id.startsWith('delivery:')) return evolveDelivery(document, event, id);
    if (id.startsWith('solution:')) return evolveSolution(document, event, id);
    if (id.startsWith('partner:')) return evolvePartner(document, event, id, read);
    return evolveAccount(document, event, id, read);
  },
  derive: (document) => {
    if (document.kind === 'partner') return planPartner(document as Body<PartnerPlan>);
    return document.kind === 'account' ? planAccount(document as Body<AccountPlan>) : document;
  },
};

const evolveSolution = (
  document: Body<AgendaDocument> | undefined,
  event: StoredEvent,
  id: string,
): Body<SolutionPlan> => {
  const { policies } = (document as Body<SolutionPlan> | undefined) ?? { policies: {} };
  return {
    id,
    kind: 'solution',
    lane: 'decision',
    policies: evolvePolicies(policies, recorded(event)),
    next: [],
  };
};

/** What a post says does not matter here, and queues are long. */
const placeOf = ({ postId, number, submittedAt, learnedAt, publishAt }: PostPlace): PostPlace => ({
  postId,
  number,
  submittedAt,
  learnedAt,
  publishAt,
});

const evolvePartner = (
  document: Body<AgendaDocument> | undefined,
  event: StoredEvent,
  id: string,
  read: Read<AgendaDocument>,
): Body<PartnerPlan> => {
  const plan = (document as Body<PartnerPlan> | undefined) ?? {
    id,
    kind: 'partner',
    lane: 'decision',
    partnerId: partsOf(event.stream).id,
    partner: Partner.initialState,
    policies: {},
    queue: ApprovalQueue.initialState,
    next: [],
  };
  return belongsTo(ApprovalQueue, event)
    ? { ...plan, queue: evolveQueue(plan.queue, recorded(event), placeOf) }
    : withPartnerFact(plan, event, read);
};

const evolveAccount = (
  document: Body<AgendaDocument> | undefined,
  event: StoredEvent,
  id: string,
  read: Read<AgendaDocument>,
): Body<AccountPlan> => {
  const plan = (document as Body<AccountPlan> | undefined) ?? {
    id,
    kind: 'account',
    lane: 'decision',
    accountId: partsOf(event.stream).id,
    partner: Partner.initialState,
    policies: {},
    account: SocialAccount.initialState,
    next: [],
  };
  if (!belongsTo(SocialAccount, event)) return withPartnerFact(plan, event, read);
  const account = fold(SocialAccount, plan.account, event);
  const partnerId = account.connection?.value.partnerId;
  if (partnerId === undefined || partnerId === plan.partnerId) return { ...plan, account };
  const partner = read(ids.partner(partnerId)) as Body<PartnerPlan> | undefined;
  return {
    ...plan,
    account,
    partnerId,
    solutionId: partner?.solutionId,
    // Of the partner's users an account's slots do not depend.
    partner: { ...(partner?.partner ?? Partner.initialState), users: {} },
    policies: partner?.policies ?? {},
  };
};

/** What a partner or its solution tells, in the copies that a document keeps of them. */
const withPartnerFact = <P extends Body<Planning>>(
  plan: P,
  event: StoredEvent,
  read: Read<AgendaDocument>,
): P => {
  if (!belongsTo(Partner, event))
    return { ...plan, policies: evolvePolicies(plan.policies, recorded(event)) };
  const partner = fold(Partner, plan.partner, event);
  const solutionId = partner.registration?.value.solutionId;
  if (solutionId === plan.solutionId || solutionId === undefined) return { ...plan, partner };
  const solution = read(ids.solution(solutionId)) as Body<SolutionPlan> | undefined;
  return { ...plan, partner, solutionId, policies: solution?.policies ?? {} };
};

const planPartner = (plan: Body<PartnerPlan>): Body<PartnerPlan> => ({
  ...withNext(plan, queueSlots(plan.queue, plan.partner, planOf(plan.partner, plan.policies))),
  lane: plan.queue.requests.length > 0 ? 'interactive-decision' : 'decision',
});

const planAccount = (plan: Body<AccountPlan>): Body<AccountPlan> => {
  const { account } = plan;
  const partnerPlan = planOf(plan.partner, plan.policies);
  const notice = nextNoticeAt(account);
  const reminder = reminderSlot(account, partnerPlan);
  const expired = expiredSlot(account, partnerPlan);
  return withNext(plan, [
    ...(notice ? [{ at: notice }] : []),
    ...(reminder ? [{ at: reminder.at, rule: 'settings-update-required' } as const] : []),
    ...(expired ? [{ at: expired.at, rule: 'account-expired' } as const] : []),
  ]);
};

const withNext = <P extends Body<Planned>>(plan: P, next: readonly Occurrence[]): P => ({
  ...plan,
  next,
  dueAt: earliestOf(...next.map(({ at }) => at)),
});
