import type { DigestRequest } from '../../approval-queue/approval-queue.js';
import type { Instant } from '../../fact.js';
import { userOf } from '../../partner/partner.js';
import { contentFacts, contentFor } from '../shared/content.js';
import type { QueueFacts } from '../shared/facts.js';
import { isEntitled } from '../shared/plan.js';
import { audienceMember, recipientOf } from '../shared/recipients.js';
import { requestConditions, requestSlot } from '../shared/send-now.js';
import { condition, type Verdict, verdictOf } from '../shared/verdict.js';

// No social media content. The user pressed Send Now and there is nothing new: say so, at once.

const RULE = 'no-social-media-content';
const VERSION = 1;

/** Whether a Send Now is answered with "nothing new", and why or why not. */
export const noSocialMediaContent = (
  facts: QueueFacts,
  request: DigestRequest | undefined,
  now: Instant,
): Verdict => {
  const { queue, partner } = facts;
  const { settings } = facts.solution;
  const content = request && contentFor(request.userId, queue, now);
  const conditions = [
    ...requestConditions(facts, request),
    condition(
      'nothing-new-waits',
      content === undefined || content.fresh.length === 0,
      [
        'Nothing waits for approval that is new to them.',
        `${content?.fresh.length} posts that are new to them wait: they are sent instead.`,
      ],
      content ? { facts: contentFacts(content) } : {},
    ),
    isEntitled(settings),
  ];
  const personal = conditions.filter(({ withholds }) => withholds === 'no-reachable-recipient');
  return verdictOf(
    {
      rule: RULE,
      ruleVersion: VERSION,
      subject: { kind: 'approvalQueue', id: facts.partnerId },
      slot: request && requestSlot(facts, request),
      conditions,
      audience: request
        ? [audienceMember(recipientOf(request.userId, userOf(partner, request.userId), settings), personal)]
        : [],
      causes: request ? [request.cause] : [],
    },
    now,
  );
};
