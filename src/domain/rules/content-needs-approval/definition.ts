import { newSince } from '../../approval-queue/new-posts.js';
import { type DigestRequest, NOBODY } from '../../approval-queue/queue-state.js';
import { decidedOf } from '../../approval-queue/readers.js';
import type { Slot } from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import { userOf } from '../../partner/partner.js';
import { type Content, contentFor, listed, newContentWaits } from '../shared/content.js';
import type { QueueNotification, Reader } from '../shared/definition.js';
import { digestSlot, lastDigestSlot, subscriberOf, subscribersOf } from '../shared/digest-rhythm.js';
import type { QueueFacts } from '../shared/facts.js';
import { isEntitled, partnerConditions, planOf } from '../shared/plan.js';
import {
  audienceMembers,
  personalOf,
  reachableSince,
  recipientsOf,
  undeliverable,
} from '../shared/recipients.js';
import { requestConditions, requestSlot } from '../shared/send-now.js';
import { type AudienceMember, type Condition, type Verdict, verdictOf } from '../shared/verdict.js';
import { hasReader, isStillThere, newOrMissed, slotHasCome, wantsDigests } from './conditions.js';

const ID = 'content-needs-approval';

/**
 * Content needs approval. Daily, weekly (Monday) or monthly (the 1st), as the user chose; only if content that is new to this
 * user still waits. With new content, Send Now sends it at once.
 */
export const contentNeedsApproval: QueueNotification<typeof ID> = {
  id: ID,
  version: 2,
  subject: 'approvalQueue',
  kind: 'digest',
  title: 'content needs approval',
  letter: 'C',
  telling: ['new-content-waits', 'undecided-slot-has-come', 'send-now-was-pressed', 'wants-digests'],
  timing: ['undecided-slot-has-come', 'still-waits'],
  essential: {},
  topic: () => 'content needs their approval',

  decide: (facts, { userId, request }, now) =>
    request ? requestedDigest(facts, request, now) : periodicDigest(facts, userId, now),

  content(facts, userId, now) {
    const content = contentFor(userId, facts.queue, now);
    const { posts, more } = listed(content);
    const lines = posts.map(({ postId, title, streamName, network, publishAt }) => ({
      ...{ postId, title, streamName, network, publishAt },
    }));
    return { posts: lines, more, older: content.older };
  },
};

/** The digest of one user at their next slot. `*` stands for all where nobody wants digests. */
const periodicDigest = (facts: QueueFacts, userId: string, now: Instant): Verdict => {
  const { queue, partner, solution } = facts;
  const plan = planOf(partner, solution);
  const subscriber = plan && subscriberOf(partner, plan, userId);
  const first = plan && subscriber && digestSlot(queue, plan, subscriber);
  // Missed slots coalesce into one digest, that of the last slot at which something new waited.
  const slot = first && first.at <= now ? lastDigestSlot(queue, plan, subscriber, first, now) : first;
  const content = contentFor(userId, queue, now);
  const isThere = content.fresh.some((post) => slot && newSince(userId, queue, post) <= slot.at);
  const conditions = [
    ...partnerConditions(facts.partnerId, partner, solution),
    ...(userId === NOBODY ? [] : wantsDigests(facts, plan, userId)),
    newOrMissed(newContentWaits(nameOf(facts, userId), content), slot, now),
    slotHasCome(slot, subscriber, decidedOf(queue, userId), now),
    isEntitled(solution.settings),
    isStillThere(slot, isThere, now),
    hasReader(userId, userId === NOBODY && plan ? subscribersOf(partner, plan).length - 1 : 0),
    ...undeliverable(userId, userOf(partner, userId)),
  ];
  const audience = userId === NOBODY ? [] : readerOf(facts, userId, conditions);
  return verdict(facts, { userId }, conditions, audience, content, slot, now);
};

/** The digest that answers a Send Now: due if something new waits. */
const requestedDigest = (facts: QueueFacts, request: DigestRequest, now: Instant): Verdict => {
  const { userId } = request;
  const content = contentFor(userId, facts.queue, now);
  const conditions = [
    ...requestConditions(facts, request),
    newContentWaits(nameOf(facts, userId), content),
    isEntitled(facts.solution.settings),
    ...undeliverable(userId, userOf(facts.partner, userId)),
  ];
  const slot = requestSlot(facts, request);
  const audience = readerOf(facts, userId, conditions);
  const { causes, ...rest } = verdict(facts, { userId, request }, conditions, audience, content, slot, now);
  return { ...rest, causes: [request.cause, ...causes] };
};

const verdict = (
  facts: QueueFacts,
  { userId, request }: Reader,
  conditions: readonly Condition[],
  audience: readonly AudienceMember[],
  content: Content,
  slot: Slot | undefined,
  now: Instant,
): Verdict =>
  verdictOf(
    {
      rule: ID,
      ruleVersion: contentNeedsApproval.version,
      subject: { kind: 'approvalQueue', id: facts.partnerId },
      ...{ slot, conditions, audience, userId },
      audienceSince: facts.solution.escalationSince ?? '',
      ...(request ? { requestId: request.requestId } : {}),
      causes: listed(content).posts.map(({ cause }) => cause),
    },
    now,
  );

const nameOf = ({ partner }: QueueFacts, userId: string): string =>
  userId === NOBODY ? 'anybody' : (userOf(partner, userId)?.fields.name?.value ?? userId);

/** Whose digest it is, on each channel. */
const readerOf = (
  { partner, solution }: QueueFacts,
  userId: string,
  conditions: readonly Condition[],
): readonly AudienceMember[] => {
  const user = userOf(partner, userId);
  const recipients = recipientsOf(userId, user, solution.settings);
  return audienceMembers(recipients, personalOf(conditions), reachableSince(user));
};
