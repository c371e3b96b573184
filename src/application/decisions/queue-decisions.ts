import { Injectable } from '@nestjs/common';
import {
  ApprovalQueue,
  type ApprovalQueueCommand,
  type QueueRule,
} from '../../domain/approval-queue/approval-queue.js';
import { Notification } from '../../domain/notification/notification.js';
import { contentNeedsApproval, requestedContent } from '../../domain/rules/content-needs-approval.js';
import { subscribersOf } from '../../domain/rules/digest-rhythm.js';
import type { QueueFacts } from '../../domain/rules/facts.js';
import { noSocialMediaContent } from '../../domain/rules/no-social-media-content.js';
import { planOf } from '../../domain/rules/plan.js';
import type { Told } from '../../domain/rules/told.js';
import type { Verdict } from '../../domain/rules/verdict.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { Clock } from '../clock/clock.js';
import { UnsubscribeLinks } from '../delivery/unsubscribe-links.js';
import { DecisionFacts } from './decision-facts.js';
import { contentMail } from './mail-model.js';
import { Recording } from './recording.js';

interface Due {
  readonly verdict: Verdict;
  readonly userId: string;
  readonly requestId?: string;
}

/** Decides all that is due about one partner's approval queue, on the facts as they are now. */
@Injectable()
export class QueueDecisions {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly facts: DecisionFacts,
    private readonly recording: Recording,
    private readonly clock: Clock,
    private readonly links: UnsubscribeLinks,
  ) {}

  async decide(partnerId: string): Promise<void> {
    for (;;) {
      const now = this.clock.now();
      const facts = await this.facts.ofQueue(partnerId);
      const { settings } = facts.solution;
      const due = settings && firstDue(facts, now);
      if (!due) return;
      await this.#record(facts, settings, due, now);
    }
  }

  async #record(facts: QueueFacts, settings: SolutionSettings, due: Due, now: string): Promise<void> {
    const { verdict, userId, requestId } = due;
    const { slot, rule } = verdict;
    if (!slot) return;
    const { partnerId } = facts;
    const upTo = facts.queue.submitted;
    const raised = await this.recording.record({
      ...{ verdict, slot, partnerId, settings, now, upTo },
      ...(requestId ? { requestId } : {}),
      mail: (told) => ({
        ...contentMail(facts, settings, userId, verdict, told, now),
        ...this.#unsubscribe(partnerId, rule, told),
      }),
    });
    const answer = { userId, partnerId, slot: { key: slot.key, date: slot.date }, requestId };
    const command: ApprovalQueueCommand =
      rule === 'content-needs-approval' && (raised.length > 0 || isUnheard(verdict))
        ? { type: 'CloseDigest', data: { ...answer, upTo: await this.#spokenOf(raised, upTo) }, at: now }
        : { type: 'CloseSlot', data: { ...answer, rule: rule as QueueRule }, at: now };
    await this.aggregates.execute(ApprovalQueue, partnerId, [{ command, context: { actor: 'clock' } }]);
  }

  /** Of a digest that was raised before a crash, the posts that came since were not part. */
  async #spokenOf(raised: readonly string[], upTo: number): Promise<number> {
    const states = await Promise.all(raised.map((id) => this.aggregates.load(Notification, id)));
    return Math.min(upTo, ...states.map((state) => state.upTo ?? upTo));
  }

  #unsubscribe(partnerId: string, rule: string, { escalation, recipient: { userId } }: Told) {
    if (escalation || rule !== 'content-needs-approval') return {};
    return { unsubscribeUrl: this.links.linkFor({ partnerId, userId }) };
  }
}

/** Nobody could be told, and the same content need not be put on record every week. */
const isUnheard = ({ reason }: Verdict): boolean => reason === 'no-reachable-recipient';

/** Requests first, because they were to be answered at once. */
const firstDue = (facts: QueueFacts, now: string): Due | undefined => {
  const { partner, solution, queue } = facts;
  const plan = planOf(partner, solution);
  if (!plan) return undefined;
  for (const request of queue.requests)
    for (const rule of [requestedContent, noSocialMediaContent]) {
      const verdict = rule(facts, request, now);
      if (verdict.due) return { verdict, userId: request.userId, requestId: request.requestId };
    }
  for (const { userId } of subscribersOf(partner, plan)) {
    const verdict = contentNeedsApproval(facts, userId, now);
    if (verdict.due) return { verdict, userId };
  }
  return undefined;
};
