import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import PQueue from 'p-queue';
import { MAX_FEEDBACK_AT_ONCE } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { earliestOf } from '../../domain/kernel/instant.js';
import type { Decision } from '../../domain/notification/decision.js';
import { type Feedback, type FeedbackSource, isAgainstAddress } from '../../domain/notification/feedback.js';
import { awaitsFeedback, mayHaveLeft, Notification } from '../../domain/notification/notification.js';
import { UndeliverableAddresses } from '../addresses/undeliverable-addresses.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { streamOf } from '../aggregates/streams.js';
import { Clock } from '../ports/clock.js';
import { EventStore } from '../ports/event-store.js';
import type { FeedbackReport } from '../ports/feedback-provider.js';
import { Metrics } from '../ports/metrics.js';

/** How many reports were recorded, known already, about no mail of Herald's, or about nothing that Herald records. */
export interface FeedbackSummary {
  readonly recorded: number;
  readonly known: number;
  readonly unmatched: number;
  readonly ignored: number;
}

type Result = keyof FeedbackSummary;

/** Records what became of mails. */
export class RecordFeedback extends Command<FeedbackSummary> {
  constructor(
    readonly source: FeedbackSource,
    readonly reports: readonly FeedbackReport[],
  ) {
    super();
  }
}

@CommandHandler(RecordFeedback)
export class RecordFeedbackHandler implements ICommandHandler<RecordFeedback> {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly log: EventStore,
    private readonly addresses: UndeliverableAddresses,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** @throws what the event store throws; all reports may be repeated then. */
  async execute({ source, reports }: RecordFeedback): Promise<FeedbackSummary> {
    const summary: Record<Result, number> = { recorded: 0, known: 0, unmatched: 0, ignored: 0 };
    const queue = new PQueue({ concurrency: MAX_FEEDBACK_AT_ONCE });
    await queue.addAll(
      reports.map((report) => async () => {
        const result = await this.#record(report);
        summary[result] += 1;
        const kind = result === 'recorded' ? report.feedback?.kind : undefined;
        this.metrics.count('herald_feedback_total', { source, result: kind ?? result });
      }),
    );
    return summary;
  }

  async #record({ notificationId, at: reportedAt, feedback }: FeedbackReport): Promise<Result> {
    if (!feedback) return 'ignored';
    if (notificationId === undefined || !UUID.test(notificationId)) return 'unmatched';
    const state = await this.aggregates.load(Notification, notificationId);
    if (!mayHaveLeft(state)) return 'unmatched';
    const at = earliestOf(reportedAt, this.clock.now()) ?? reportedAt;
    if (!awaitsFeedback(state, feedback, at)) return 'known';
    // The address first: whoever repeats the report after a crash in between finds the notification without it, and repeats both.
    if (isAgainstAddress(feedback)) await this.#markAddress(notificationId, feedback);
    return this.#recordOutcome(notificationId, feedback, at);
  }

  async #markAddress(notificationId: string, { kind, source }: Feedback): Promise<void> {
    for await (const { data } of this.log.readStream(streamOf(Notification.category, notificationId), {
      maxCount: 1,
    })) {
      const reason = kind === 'complained' ? 'complained' : 'bounced';
      await this.addresses.mark(data as unknown as Decision, reason, actorOf(source));
    }
  }

  async #recordOutcome(notificationId: string, feedback: Feedback, at: Instant): Promise<Result> {
    const command = { type: 'RecordFeedback', data: { notificationId }, feedback, at } as const;
    const context = { actor: actorOf(feedback.source) };
    const [outcome] = await this.aggregates.execute(Notification, notificationId, [{ command, context }]);
    return outcome === 'recorded' ? 'recorded' : 'known';
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const actorOf = (source: FeedbackSource): string => `feedback:${source}`;
