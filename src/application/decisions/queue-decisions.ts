import { Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import { ApprovalQueue } from '../../domain/approval-queue/approval-queue.js';
import type { ApprovalQueueCommand } from '../../domain/approval-queue/queue-events.js';
import { isDecidedAlike } from '../../domain/approval-queue/readers.js';
import { requestExpiry, requestOf } from '../../domain/approval-queue/send-nows.js';
import { MAX_DIGESTS_AT_ONCE, MAX_DIGESTS_PER_APPEND } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { cameBack } from '../../domain/notification/came-back.js';
import { Notification } from '../../domain/notification/notification.js';
import {
  closeDigest,
  type DueDigest,
  dueAtSlot,
  dueByPerson,
  dueOnRequest,
  movesCursor,
} from '../../domain/rules/due.js';
import { slotsOver } from '../../domain/rules/shared/digest-rhythm.js';
import type { QueueFacts } from '../../domain/rules/shared/facts.js';
import { planOf } from '../../domain/rules/shared/plan.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { withRests } from '../concurrency/with-rests.js';
import { DecisionContexts } from './decision-contexts.js';
import { DecisionFacts } from './decision-facts.js';
import { NotificationRecorder } from './notification-recorder.js';
import { ReaderTurns } from './reader-turns.js';

/** A digest whose decision is on record: the ids of the notifications that are raised. */
interface RecordedDigest {
  readonly due: DueDigest;
  readonly raised: readonly string[];
}

/** Decides what is due about one partner's approval queue, on the facts as they are now. */
@Injectable()
export class QueueDecisions {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly facts: DecisionFacts,
    private readonly recorder: NotificationRecorder,
    private readonly clock: ClockGuard,
    private readonly contexts: DecisionContexts,
    private readonly turns: ReaderTurns,
  ) {}

  /**
   * Decides everything that is due at a partner, then closes the slots that are over. If the decision for one person fails, the
   * others still get theirs.
   * @throws the first error, once everybody else has a decision; then no slot is closed.
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
      for (const { userId, requestId } of due)
        if (requestId !== undefined)
          await this.answer(partnerId, userId).catch((error) => failed.set(userId, error));
      const digests = due.filter(({ requestId }) => requestId === undefined);
      for (let n = 0; n < digests.length; n += MAX_DIGESTS_PER_APPEND)
        await this.#recordAll(facts, settings, digests.slice(n, n + MAX_DIGESTS_PER_APPEND), now, failed);
    }
  }

  /** Answers one person's Send Now, or lets it expire if it could not be answered for too long. */
  answer(partnerId: string, userId: string): Promise<void> {
    return this.turns.run(partnerId, [userId], () => this.#answer(partnerId, userId));
  }

  async #answer(partnerId: string, userId: string): Promise<void> {
    const now = this.clock.now();
    const before = await this.facts.ofQueue(partnerId);
    const facts = (await this.#tellOfDigest(before, userId, now))
      ? await this.facts.ofQueue(partnerId)
      : before;
    const { settings } = facts.solution;
    const due = settings && dueOnRequest(facts, userId, now);
    if (due) return this.#tell(facts, [await this.#record(facts, settings, due, now)], now);
    const request = requestOf(facts.queue, userId);
    if (!request || requestExpiry(request.learnedAt) > now) return;
    const { requestId } = request;
    const data = { partnerId, userId, requestId };
    await this.#execute(partnerId, [{ type: 'ExpireRequest', data, at: now }]);
  }

  /**
   * A digest of the same person may be on record without its queue knowing: another instance is about to tell it, or the record failed.
   * @returns whether the queue knows now what it did not know.
   */
  async #tellOfDigest(facts: QueueFacts, userId: string, now: Instant): Promise<boolean> {
    const { settings } = facts.solution;
    const due = settings && dueAtSlot(facts, userId, now);
    const raised = due ? await this.recorder.alreadyRaised(due, settings) : [];
    if (!due || raised.length === 0) return false;
    await this.#tell(facts, [{ due, raised }], now);
    return true;
  }

  /** Records digests and closes their slots. One whose reader was decided about meanwhile is left: it may be due no longer. */
  async #recordAll(
    facts: QueueFacts,
    settings: SolutionSettings,
    digests: readonly DueDigest[],
    now: Instant,
    failed: Map<string, unknown>,
  ): Promise<void> {
    const { partnerId } = facts;
    const userIds = digests.map(({ userId }) => userId).sort();
    await this.turns.run(partnerId, userIds, async () => {
      const recorded: RecordedDigest[] = [];
      const record = async (one: DueDigest) => {
        try {
          // Another instance may have decided since, too.
          const { state: current } = await this.aggregates.current(ApprovalQueue, partnerId);
          if (isDecidedAlike(facts.queue, current, one.userId))
            recorded.push(await this.#record(facts, settings, one, now));
        } catch (error) {
          failed.set(one.userId, error);
        }
      };
      const queue = new PQueue({ concurrency: MAX_DIGESTS_AT_ONCE });
      await queue.addAll(digests.map((one) => () => record(one)));
      await this.#tell(facts, recorded, now);
    });
  }

  /** Records the decision about a digest. */
  async #record(
    facts: QueueFacts,
    settings: SolutionSettings,
    due: DueDigest,
    now: Instant,
  ): Promise<RecordedDigest> {
    return { due, raised: await this.recorder.record(due, this.contexts.ofQueue(due, facts, settings, now)) };
  }

  /** Tells the queue what was recorded. What came back until then is looked at last. */
  async #tell(
    { partnerId, queue: { submitted } }: QueueFacts,
    recorded: readonly RecordedDigest[],
    now: Instant,
  ): Promise<void> {
    const closings = await Promise.all(
      recorded.map(async ({ due, raised }) => {
        const isTold = movesCursor(due, raised.length > 0);
        return closeDigest(due, isTold ? await this.#cursor(raised, submitted) : undefined, now);
      }),
    );
    await this.#execute(partnerId, closings);
  }

  /** Also closes slots at which nothing was due: the agenda only knows that something might be. */
  async #close({ partnerId, partner, queue, solution }: QueueFacts, at: Instant): Promise<void> {
    const plan = planOf(partner, solution);
    if (!plan) return;
    const slots = slotsOver(queue, partner, plan, at);
    await this.#execute(partnerId, [{ type: 'CloseRhythms', data: { partnerId, slots }, at }]);
  }

  /**
   * A digest raised before a crash does not cover the posts that came later. One that came back meanwhile
   * covers none: its posts are new to its reader.
   */
  async #cursor(raised: readonly string[], upTo: number): Promise<number | undefined> {
    const states = await Promise.all(raised.map((id) => this.aggregates.load(Notification, id)));
    if (states.length > 0 && states.every(cameBack)) return undefined;
    return Math.min(upTo, ...states.map((state) => state.upTo ?? upTo));
  }

  async #execute(partnerId: string, commands: readonly ApprovalQueueCommand[]): Promise<void> {
    const requests = commands.map((command) => ({ command, context: { actor: 'clock' } }));
    await this.aggregates.execute(ApprovalQueue, partnerId, requests);
  }
}
