import { Injectable } from '@nestjs/common';
import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { Instant } from '../../domain/fact.js';
import { Notification } from '../../domain/notification/notification.js';
import { closeDigest, type DueDigest, dueOnQueue, movesCursor } from '../../domain/rules/due.js';
import type { QueueFacts } from '../../domain/rules/facts.js';
import type { RuleId } from '../../domain/rules/rule-id.js';
import type { Told } from '../../domain/rules/told.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { UnsubscribeLinks } from '../delivery/unsubscribe-links.js';
import { DecisionFacts } from './decision-facts.js';
import { contentMail } from './mail-model.js';
import { Recording } from './recording.js';

/** Decides all that is due about one partner's approval queue, on the facts as they are now. */
@Injectable()
export class QueueDecisions {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly facts: DecisionFacts,
    private readonly recording: Recording,
    private readonly clock: ClockGuard,
    private readonly links: UnsubscribeLinks,
  ) {}

  async decide(partnerId: string): Promise<void> {
    for (;;) {
      const now = this.clock.now();
      const facts = await this.facts.ofQueue(partnerId);
      const { settings } = facts.solution;
      const due = settings && dueOnQueue(facts, now);
      if (!due) return;
      await this.#record(facts, settings, due, now);
    }
  }

  async #record(facts: QueueFacts, settings: SolutionSettings, due: DueDigest, now: Instant): Promise<void> {
    const { verdict, slot, userId, requestId } = due;
    const { partnerId } = facts;
    const upTo = facts.queue.submitted;
    const raised = await this.recording.record({
      ...{ verdict, slot, partnerId, settings, now, upTo },
      ...(requestId ? { requestId } : {}),
      mail: (told) => ({
        ...contentMail(facts, settings, userId, verdict, told, now),
        ...this.#unsubscribe(partnerId, verdict.rule, told),
      }),
    });
    const spokenOf = movesCursor(verdict, raised.length > 0) ? await this.#spokenOf(raised, upTo) : undefined;
    const request = { command: closeDigest(due, spokenOf, now), context: { actor: 'clock' } };
    await this.aggregates.execute(ApprovalQueue, partnerId, [request]);
  }

  /** Of a digest that was raised before a crash, the posts that came since were not part. */
  async #spokenOf(raised: readonly string[], upTo: number): Promise<number> {
    const states = await Promise.all(raised.map((id) => this.aggregates.load(Notification, id)));
    return Math.min(upTo, ...states.map((state) => state.upTo ?? upTo));
  }

  #unsubscribe(partnerId: string, rule: RuleId, { escalation, recipient: { userId } }: Told) {
    if (escalation || rule !== 'content-needs-approval') return {};
    return { unsubscribeUrl: this.links.linkFor({ partnerId, userId }) };
  }
}
