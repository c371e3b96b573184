import { userOf } from '../../partner/partner.js';
import { contentFor } from '../shared/content.js';
import type { QueueNotification } from '../shared/definition.js';
import { isEntitled } from '../shared/plan.js';
import {
  audienceMembers,
  personalOf,
  reachableSince,
  recipientsOf,
  undeliverable,
} from '../shared/recipients.js';
import { requestConditions, requestSlot } from '../shared/send-now.js';
import { verdictOf } from '../shared/verdict.js';
import { nothingNewWaits } from './conditions.js';

const ID = 'no-social-media-content';

/** No social media content. The user pressed Send Now and there is nothing new: say so at once. */
export const noSocialMediaContent: QueueNotification<typeof ID> = {
  id: ID,
  version: 2,
  subject: 'approvalQueue',
  kind: 'answer',
  title: 'no social media content',
  letter: 'N',
  telling: ['nothing-new-waits', 'send-now-was-pressed'],
  timing: [],
  essential: {},
  topic: () => 'there is no new social media content',

  decide(facts, { userId, request }, now) {
    const { queue, partner } = facts;
    const { settings } = facts.solution;
    const conditions = [
      ...requestConditions(facts, request),
      nothingNewWaits(request && contentFor(userId, queue, now)),
      isEntitled(settings),
      ...undeliverable(userId, userOf(partner, userId)),
    ];
    const user = userOf(partner, userId);
    const personal = personalOf(conditions);
    return verdictOf(
      {
        rule: ID,
        ruleVersion: noSocialMediaContent.version,
        subject: { kind: 'approvalQueue', id: facts.partnerId },
        slot: request && requestSlot(facts, request),
        ...{ conditions, userId },
        ...(request ? { requestId: request.requestId } : {}),
        audience: request
          ? audienceMembers(recipientsOf(userId, user, settings), personal, reachableSince(user))
          : [],
        causes: request ? [request.cause] : [],
      },
      now,
    );
  },

  content: ({ queue }, userId, now) => ({ older: contentFor(userId, queue, now).older }),
};
