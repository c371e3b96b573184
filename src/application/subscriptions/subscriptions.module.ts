import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { GetSubscriptionHandler } from './get-subscription.js';
import { UnsubscribeHandler } from './unsubscribe.js';

/** Unsubscribing: the links in mails, and the command behind them. */
@Module({ imports: [AggregatesModule], providers: [UnsubscribeHandler, GetSubscriptionHandler] })
export class SubscriptionsModule {}
