import { ApprovalQueue } from '../../../domain/approval-queue/approval-queue.js';
import type { ApprovalQueueEvent } from '../../../domain/approval-queue/queue-events.js';
import { requestExpiry } from '../../../domain/approval-queue/send-nows.js';
import type { Instant, Recorded } from '../../../domain/kernel/event.js';
import { earliestOf, latestOf } from '../../../domain/kernel/instant.js';
import { Notification } from '../../../domain/notification/notification.js';
import { evolveTerms, Partner, type PartnerTerms, USER_EVENTS } from '../../../domain/partner/partner.js';
import { ACCOUNT_NOTIFICATIONS, DIGEST } from '../../../domain/rules/notifications.js';
import { NOTIFICATIONS } from '../../../domain/rules/registry.js';
import { planOf } from '../../../domain/rules/shared/plan.js';
import {
  nextNoticeAt,
  SocialAccount,
  type SocialAccountState,
} from '../../../domain/social-account/social-account.js';
import { evolvePolicies, type PolicyState } from '../../../domain/solution/solution.js';
import { belongsTo, fold, partsOf, recorded } from '../../aggregates/streams.js';
import type { Document } from '../../ports/document-store.js';
import type { StoredEvent } from '../../ports/event-store.js';
import type { Body, Projection, Read, Target } from '../../ports/projection.js';
import type { Occurrence } from '../history/occurrence.js';
import { DELIVERY_EVENTS, type DeliveryPlan, evolveDelivery } from './agenda-delivery.js';
import {
  type DigestRhythms,
  digestSlots,
  NO_RHYTHMS,
  withAllPublished,
  withClosed,
  withNews,
  withNothingNew,
  withSubscribers,
} from './agenda-digests.js';

/**
 * The queue of due work: interactive lanes answer a person who waits, and precede all others. Each worker reads only its own
 * lanes.
 */
export type Lane = 'interactive-decision' | 'decision' | 'interactive-delivery' | 'delivery';

interface Planned extends Document {
  readonly lane: Lane;
  /** The earliest of `next`; absent if nothing is planned. */
  readonly dueAt?: Instant | undefined;
  readonly next: readonly Occurrence[];
}

/** Copies of the facts that slots depend on, maintained by the same events. */
interface Planning extends Planned {
  readonly partnerId?: string | undefined;
  readonly solutionId?: string | undefined;
  readonly partner: PartnerTerms;
  readonly policies: PolicyState;
}

interface SolutionPlan extends Planned {
  readonly kind: 'solution';
  readonly policies: PolicyState;
}

/**
 * When anybody's digest may be due at a partner, never later than it is. The decision determines the recipients, so this
 * contains no single posts or people, and stays small.
 */
interface PartnerPlan extends Planning {
  readonly kind: 'partner';
  /** Everything that waits, as far as is known without the posts. */
  readonly queue?: { readonly since: Instant; readonly until: Instant } | undefined;
  readonly rhythms: DigestRhythms;
}

/** An unanswered Send Now. */
interface RequestPlan extends Planning {
  readonly kind: 'request';
  readonly userId: string;
  readonly requestId: string;
  readonly learnedAt: Instant;
}

interface AccountPlan extends Planning {
  readonly kind: 'account';
  readonly accountId: string;
  readonly account: SocialAccountState;
}

export type AgendaDocument = SolutionPlan | PartnerPlan | RequestPlan | AccountPlan | DeliveryPlan;

/** The ids of documents of the agenda, which are also those of the work on decisions. */
export const ids = {
  solution: (id: string) => `solution:${id}`,
  partner: (id: string) => `partner:${id}`,
  request: (partnerId: string, userId: string) => `request:${partnerId}/${userId}`,
  account: (id: string) => `account:${id}`,
};

/** Events that concern a Send Now, or may do so. */
const ANSWERS = ['DigestRequested', 'DigestRequestExpired', 'DigestRaised', 'SlotDecided'];

const PARTNER_WIDE = ['PartnerRegistered', 'PartnerZoneChanged', 'PartnerLeft'];

/** Raised with every change of the shape of the documents, and of the slots in them where no notification has a new version. */
const SHAPE = 12;

/** Everything that must happen at a known moment, ordered by time. Workers query it for due work. */
export const agenda: Projection<AgendaDocument> = {
  name: 'agenda',
  // The documents contain the slots of all notifications: adding or changing one requires a rebuild.
  version: NOTIFICATIONS.reduce((sum, { version }) => sum + version, SHAPE),
  // The workers wake when it knows what is due.
  publishesBatches: true,
  handles: [
    'SolutionConfigured',
    ...PARTNER_WIDE,
    ...USER_EVENTS,
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
    'DigestRequestExpired',
    'DigestSlotsClosed',
    'DigestReturned',
    ...DELIVERY_EVENTS,
  ],
  indexes: [
    ['dueAt'],
    ['lane', 'dueAt'],
    ['partnerId'],
    ['partnerId', 'dueAt'],
    ['solutionId'],
    ['solutionId', 'dueAt'],
  ],
  buildIndexes: [['partnerId'], ['solutionId']],
  target: (event): Target => {
    const { category, id } = partsOf(event.stream);
    switch (category) {
      case 'solution':
        return {
          ids: [ids.solution(id)],
          // Most settings do not affect slots, and thousands of documents may depend on a solution.
          ...(event.data.changesPlan === false ? {} : { where: { solutionId: id } }),
        };
      case 'partner':
        return {
          ids: [ids.partner(id)],
          ...(PARTNER_WIDE.includes(event.type) ? { where: { partnerId: id } } : {}),
        };
      case 'approvalQueue':
        return { ids: queueTargets(event, id) };
      case 'socialAccount':
        return { ids: [ids.account(id)] };
      default:
        return { ids: [`delivery:${id}`] };
    }
  },
  reads: ({ type, data, stream }) => {
    if (type === 'PartnerRegistered') return [ids.solution(String(data.solutionId))];
    if (type === 'SocialAccountConnected') return [ids.partner(String(data.partnerId))];
    if (type === 'DigestRequested' || type === 'DigestReturned') return [ids.partner(partsOf(stream).id)];
    if (type === 'SolutionConfigured') return [ids.solution(partsOf(stream).id)];
    return [];
  },
  evolve: (document, event, id, read) => {
    if (id.startsWith('delivery:'))
      // A mail that was raised does not depend on the settings of its solution.
      return belongsTo(Notification, event) ? evolveDelivery(document, event, id) : document;
    if (id.startsWith('solution:')) return evolveSolution(document, event, id);
    if (id.startsWith('partner:')) return evolvePartner(document, event, id, read);
    if (id.startsWith('request:')) return evolveRequest(document, event, id, read);
    return evolveAccount(document, event, id, read);
  },
  derive: (document) => {
    switch (document.kind) {
      case 'partner':
        return planPartner(document as Body<PartnerPlan>);
      case 'request':
        return planRequest(document as Body<RequestPlan>);
      case 'account':
        return planAccount(document as Body<AccountPlan>);
      default:
        return document;
    }
  },
};

const queueTargets = ({ type, data }: StoredEvent, partnerId: string): readonly string[] => {
  const request = ids.request(partnerId, String(data.userId));
  if (type !== 'DigestReturned') return [ANSWERS.includes(type) ? request : ids.partner(partnerId)];
  // What a digest told is new again, and the Send Now that it answered may be open again.
  return data.requestId === undefined ? [ids.partner(partnerId)] : [ids.partner(partnerId), request];
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
    partner: {},
    policies: {},
    rhythms: NO_RHYTHMS,
    next: [],
  };
  if (belongsTo(ApprovalQueue, event)) return withQueueFact(plan, recorded(event));
  const isTerms = !belongsTo(Partner, event) || PARTNER_WIDE.includes(event.type);
  const after = isTerms ? withPartnerFact(plan, event, read) : plan;
  const rhythms = withSubscribers(after.rhythms, event, after.policies, after.queue?.since);
  return { ...after, rhythms };
};

const withQueueFact = (plan: Body<PartnerPlan>, event: Recorded<ApprovalQueueEvent>): Body<PartnerPlan> => {
  switch (event.type) {
    case 'PostAwaitingApproval': {
      if (event.data.waits === false) return plan;
      const { publishAt } = event.data;
      const { since, until } = plan.queue ?? { since: event.recordedAt, until: event.recordedAt };
      const rhythms =
        until > event.recordedAt
          ? plan.rhythms
          : withAllPublished(plan.rhythms, planOf(plan.partner, plan.policies), until);
      return {
        ...plan,
        queue: { since, until: latestOf(until, publishAt) },
        rhythms: withNews(rhythms, event.recordedAt),
      };
    }
    case 'DigestReturned':
      return { ...plan, rhythms: plan.queue ? withNews(plan.rhythms, event.recordedAt) : plan.rhythms };
    case 'DigestSlotsClosed':
      return { ...plan, rhythms: withClosed(plan.rhythms, event.data.slots) };
    case 'PostApproved':
    case 'PostRejected':
    case 'PostWithdrawn': {
      if (!event.data.emptiesQueue || !plan.queue) return plan;
      const { queue: _, ...rest } = plan;
      return { ...rest, rhythms: withNothingNew(plan.rhythms) };
    }
    default:
      return plan;
  }
};

const evolveRequest = (
  document: Body<AgendaDocument> | undefined,
  event: StoredEvent,
  id: string,
  read: Read<AgendaDocument>,
): Body<RequestPlan> | undefined => {
  const known = document as Body<RequestPlan> | undefined;
  if (!belongsTo(ApprovalQueue, event)) return known && withPartnerFact(known, event, read);
  const { userId, requestId } = event.data as { userId: string; requestId?: string };
  if (event.type !== 'DigestRequested' && event.type !== 'DigestReturned')
    return known?.requestId === requestId ? undefined : known;
  // Another Send Now before the first is answered has no effect.
  if (known) return known;
  const partnerId = partsOf(event.stream).id;
  const around = read(ids.partner(partnerId)) as Body<PartnerPlan> | undefined;
  return {
    ...{
      id,
      kind: 'request',
      lane: 'interactive-decision',
      partnerId,
      userId,
      requestId: String(requestId),
      next: [],
    },
    learnedAt: event.metadata.recordedAt,
    solutionId: around?.solutionId,
    partner: around?.partner ?? {},
    policies: around?.policies ?? {},
  };
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
    partner: {},
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
    partner: partner?.partner ?? {},
    policies: partner?.policies ?? {},
  };
};

/** Applies an event of a partner or its solution to the copies in a document. */
const withPartnerFact = <P extends Body<Planning>>(
  plan: P,
  event: StoredEvent,
  read: Read<AgendaDocument>,
): P => {
  if (!belongsTo(Partner, event)) {
    // Not every event of a solution reached this copy, but the solution's own document has all of them.
    const before = read(ids.solution(partsOf(event.stream).id)) as Body<SolutionPlan> | undefined;
    return { ...plan, policies: evolvePolicies(before?.policies ?? {}, recorded(event)) };
  }
  const partner = evolveTerms(plan.partner, recorded(event));
  const solutionId = partner.registration?.value.solutionId;
  if (solutionId === plan.solutionId || solutionId === undefined) return { ...plan, partner };
  const solution = read(ids.solution(solutionId)) as Body<SolutionPlan> | undefined;
  return { ...plan, partner, solutionId, policies: solution?.policies ?? {} };
};

const planPartner = (plan: Body<PartnerPlan>): Body<PartnerPlan> =>
  withNext(plan, digestSlots(plan.rhythms, planOf(plan.partner, plan.policies), plan.queue?.until));

/** Due at once, as soon as it can be answered; otherwise it expires in time. */
const planRequest = (plan: Body<RequestPlan>): Body<RequestPlan> => {
  const { learnedAt, userId } = plan;
  const canBeAnswered = planOf(plan.partner, plan.policies) !== undefined;
  return withNext(plan, [
    canBeAnswered ? { at: learnedAt, rule: DIGEST, userId } : { at: requestExpiry(learnedAt) },
  ]);
};

const planAccount = (plan: Body<AccountPlan>): Body<AccountPlan> => {
  const { account } = plan;
  const partnerPlan = planOf(plan.partner, plan.policies);
  const notice = nextNoticeAt(account);
  return withNext(plan, [
    ...(notice ? [{ at: notice }] : []),
    ...ACCOUNT_NOTIFICATIONS.flatMap(({ id, nextSlot }) => {
      const slot = nextSlot(account, partnerPlan);
      return slot ? [{ at: slot.at, rule: id }] : [];
    }),
  ]);
};

const withNext = <P extends Body<Planned>>(plan: P, next: readonly Occurrence[]): P => ({
  ...plan,
  next,
  dueAt: earliestOf(...next.map(({ at }) => at)),
});
