import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HeraldError, hasCode } from '../../domain/kernel/herald-error.js';
import type { FeedbackSource } from '../../domain/notification/feedback.js';
import { FeedbackProviders, type FeedbackRequest } from '../ports/feedback-provider.js';
import { Metrics } from '../ports/metrics.js';
import { type FeedbackSummary, RecordFeedback } from './record-feedback.js';

/** Takes a request of a provider: nothing of it is believed before it is proven who makes it. */
export class ReceiveFeedback extends Command<FeedbackSummary> {
  constructor(
    readonly source: FeedbackSource,
    readonly request: FeedbackRequest,
  ) {
    super();
  }
}

/** The setting that each provider needs. */
const SETTINGS: Readonly<Record<Exclude<FeedbackSource, 'mail'>, string>> = {
  ses: 'HERALD_FEEDBACK_SES_TOPICS',
  sendgrid: 'HERALD_FEEDBACK_SENDGRID_KEY',
  postmark: 'HERALD_FEEDBACK_POSTMARK',
  standard: 'HERALD_FEEDBACK_STANDARD_SECRETS',
};

@CommandHandler(ReceiveFeedback)
export class ReceiveFeedbackHandler implements ICommandHandler<ReceiveFeedback> {
  constructor(
    private readonly providers: FeedbackProviders,
    private readonly commands: CommandBus,
    private readonly metrics: Metrics,
  ) {}

  /** @throws HeraldError `feedback-not-configured`, and what `FeedbackProvider.read` throws. */
  async execute({ source, request }: ReceiveFeedback): Promise<FeedbackSummary> {
    const provider = this.providers.get(source);
    if (!provider) throw notConfigured(source);
    try {
      const reports = await provider.read(request);
      return await this.commands.execute(new RecordFeedback(source, reports));
    } catch (error) {
      if (hasCode(error, 'feedback-refused'))
        this.metrics.count('herald_feedback_total', { source, result: 'refused' });
      throw error;
    }
  }
}

const notConfigured = (source: FeedbackSource): HeraldError => {
  const setting = source === 'mail' ? '' : ` Set ${SETTINGS[source]} to take it, and start again.`;
  return new HeraldError('feedback-not-configured', `Feedback of ${source} is not taken.${setting}`);
};
