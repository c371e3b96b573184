import { Injectable } from '@nestjs/common';
import {
  ApprovalQueue,
  type ApprovalQueueCommand,
  requestExpiry,
  requestOf,
} from '../../domain/approval-queue/approval-queue.js';
import type { Instant } from '../../domain/fact.js';
import { Notification } from '../../domain/notification/notification.js';
import {
  closeDigest,
  type DueDigest,
  dueByPerson,
  dueOnRequest,
  movesCursor,
} from '../../domain/rules/due.js';
import { slotsOver } from '../../domain/rules/shared/digest-rhythm.js';
import type { QueueFacts } from '../../domain/rules/shared/facts.js';
import { planOf } from '../../domain/rules/shared/plan.js';
import type { Told } from '../../domain/rules/shared/recipient-decisions.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { inParallel } from '../concurrency/in-parallel.js';
import { withRests } from '../concurrency/with-rests.js';
import { UnsubscribeLinks } from '../delivery/unsubscribe-links.js';
import { DecisionFacts } from './decision-facts.js';
import { contentMail } from './mail-model.js';
import { Recording } from './recording.js';

/** How many people's digests are decided at once: their appends share a commit. */
const DECIDED_AT_ONCE = 16;

/** How many people's decisions are told to the queue together: one append for all of them. */
const CLOSED_AT_ONCE = 100;

/** Decides what is due about one partner's approval queue, on the facts as they are now. */
@Injectable()
export class QueueDecisions {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly facts: DecisionFacts,
    private readonly recording: Recording,
    private readonly clock: ClockGuard,
    private readonly links: UnsubscribeLinks,
  ) {}

  /**
   * Decides all that is due at a partner, then closes the slots that are over. One person whose decision fails does not
   * cost the others theirs.
   * @throws the first error, once all others have their decision; no slot is closed then.
   */
  async decide(partnerId: string): Promise<void> {
    const failed = new Map<string, unknown>();
    for (;;) {
      const now = this.clock.now();
      const facts = await this.facts.ofQueue(partnerId);
      const { settings } = facts.solution;
      const due: DueDigest[] = [];
      if (settings)
        for await (const one of withRests(dueByPerson(facts, now)))
          if (!failed.has(one.userId)) due.push(one);
      if (!settings || due.length === 0) {
        for (const error of failed.values()) throw error;
        return this.#close(facts, now);
      }
      for (let n = 0; n < due.length; n += CLOSED_AT_ONCE) {
        const closings: ApprovalQueueCommand[] = [];
        await inParallel(due.slice(n, n + CLOSED_AT_ONCE), DECIDED_AT_ONCE, async (one) => {
          try {
            closings.push(await this.#record(facts, settings, one, now));
          } catch (error) {
            failed.set(one.userId, error);
          }
        });
        await this.#tell(partnerId, closings);
      }
    }
  }

  /** Answers one person's Send Now, or gives it up where nobody can say for too long what to answer. */
  async answer(partnerId: string, userId: string): Promise<void> {
    const now = this.clock.now();
    const facts = await this.facts.ofQueue(partnerId);
    const { settings } = facts.solution;
    const due = settings && dueOnRequest(facts, userId, now);
    if (due) return this.#tell(partnerId, [await this.#record(facts, settings, due, now)]);
    const request = requestOf(facts.queue, userId);
    if (!request || requestExpiry(request.learnedAt) > now) return;
    const { requestId } = request;
    const data = { partnerId, userId, requestId };
    await this.#tell(partnerId, [{ type: 'ExpireRequest', data, at: now }]);
  }

  /** Records the decision; answers what the queue is to be told of it then. */
  async #record(
    facts: QueueFacts,
    settings: SolutionSettings,
    due: DueDigest,
    now: Instant,
  ): Promise<ApprovalQueueCommand> {
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
    return closeDigest(due, spokenOf, now);
  }

  /** Also of slots at which nothing was due: the agenda knows only that something might be. */
  async #close({ partnerId, partner, queue, solution }: QueueFacts, at: Instant): Promise<void> {
    const plan = planOf(partner, solution);
    if (!plan) return;
    const slots = slotsOver(queue, partner, plan, at);
    await this.#tell(partnerId, [{ type: 'CloseRhythms', data: { partnerId, slots }, at }]);
  }

  /** Of a digest that was raised before a crash, the posts that came since were not part. */
  async #spokenOf(raised: readonly string[], upTo: number): Promise<number> {
    const states = await Promise.all(raised.map((id) => this.aggregates.load(Notification, id)));
    return Math.min(upTo, ...states.map((state) => state.upTo ?? upTo));
  }

  async #tell(partnerId: string, commands: readonly ApprovalQueueCommand[]): Promise<void> {
    const requests = commands.map((command) => ({ command, context: { actor: 'clock' } }));
    await this.aggregates.execute(ApprovalQueue, partnerId, requests);
  }

  #unsubscribe(partnerId: string, rule: RuleId, { escalation, recipient: { userId } }: Told) {
    if (escalation || rule !== 'content-needs-approval') return {};
    return { unsubscribeUrl: this.links.linkFor({ partnerId, userId }) };
  }
}
