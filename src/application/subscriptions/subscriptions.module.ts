import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { GetSubscriptionHandler } from './get-subscription.js';
import { SubscribeHandler } from './subscribe.js';
import { Subscriptions } from './subscriptions.js';
import { UnsubscribeHandler } from './unsubscribe.js';

/** Unsubscribing and subscribing again: the links in mails, and the commands behind them. */
@Module({
  imports: [AggregatesModule],
  providers: [Subscriptions, UnsubscribeHandler, SubscribeHandler, GetSubscriptionHandler],
})
export class SubscriptionsModule {}
