import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { GetSubscriptionHandler } from './get-subscription.js';
import { UnsubscribeHandler } from './unsubscribe.js';

/** Who wants which mails: the links in mails, and what following one does. */
@Module({ imports: [AggregatesModule], providers: [UnsubscribeHandler, GetSubscriptionHandler] })
export class SubscriptionsModule {}
