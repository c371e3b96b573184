import { Logger } from '@nestjs/common';
import type { Clock } from '../../../application/ports/clock.js';
import {
  FeedbackProvider,
  type FeedbackReport,
  type FeedbackRequest,
} from '../../../application/ports/feedback-provider.js';
import { HeraldError, hasCode, messageOf } from '../../../domain/kernel/herald-error.js';
import { parsedBody } from '../../http/bodies/parsed-body.js';
import { refusal, textOf } from '../refusal.js';
import type { PinnedFetch } from './pinned-fetch.js';
import { reportOf, SES_EVENT } from './ses-event.js';
import { SnsCertificates } from './sns-certificates.js';
import { SNS_MESSAGE, type SnsMessage, SnsVerifier } from './sns-message.js';
import { confirmationUrl, isAtTopic, type SnsTopic } from './sns-topic.js';

/** Amazon SES, whose events come over topics of SNS. */
export class Ses extends FeedbackProvider {
  override readonly source = 'ses' as const;
  readonly #log = new Logger(Ses.name);
  readonly #verifier: SnsVerifier;

  constructor(
    topics: readonly SnsTopic[],
    private readonly pinned: PinnedFetch,
    private readonly clock: Clock,
  ) {
    super();
    this.#verifier = new SnsVerifier(topics, new SnsCertificates(pinned, clock), clock);
  }

  override async read(request: FeedbackRequest): Promise<readonly FeedbackReport[]> {
    const message = parsedBody(SNS_MESSAGE, textOf(request));
    const topic = await this.#verifier.verify(message);
    if (message.Type === 'Notification') return [this.#reportIn(message.Message)];
    if (message.Type === 'SubscriptionConfirmation') await this.#confirm(message, topic);
    else this.#log.warn(`The subscription to ${topic.arn} was ended: no more feedback comes from it.`);
    return [];
  }

  /** What is no JSON is no event: a sentence by which SES, or somebody at SNS, tries the topic. */
  #reportIn(text: string): FeedbackReport {
    const now = this.clock.now();
    try {
      return reportOf(parsedBody(SES_EVENT, text), now);
    } catch (error) {
      if (!hasCode(error, 'malformed-json')) throw error;
      return { notificationId: undefined, at: now, feedback: undefined };
    }
  }

  async #confirm({ SubscribeURL = '', Token = '' }: SnsMessage, topic: SnsTopic): Promise<void> {
    if (!isAtTopic(SubscribeURL, topic) || Token === '')
      throw refusal(
        `The subscription is not confirmed at https://${topic.host}, where SNS does it.`,
        'SubscribeURL',
      );
    try {
      await this.pinned.text(confirmationUrl(topic, Token));
    } catch (error) {
      throw new HeraldError(
        'feedback-unverified',
        `The subscription cannot be confirmed now (${messageOf(error)}): request a confirmation again.`,
        'SubscribeURL',
      );
    }
    this.#log.log(`The subscription to ${topic.arn} is confirmed.`);
  }
}
