import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Partner } from '../../domain/partner/partner.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { Clock } from '../ports/clock.js';
import { Subscriptions } from './subscriptions.js';

/** Subscribes a person to digests again. Records nothing for somebody who gets them, or is not a user of the partner. */
export class Subscribe extends Command<void> {
  constructor(
    readonly partnerId: string,
    readonly userId: string,
  ) {
    super();
  }
}

@CommandHandler(Subscribe)
export class SubscribeHandler implements ICommandHandler<Subscribe> {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly subscriptions: Subscriptions,
    private readonly clock: Clock,
  ) {}

  async execute({ partnerId, userId }: Subscribe): Promise<void> {
    const usual = await this.subscriptions.usualFor({ partnerId, userId });
    const data = { partnerId, userId, usual };
    const command = { type: 'Subscribe', data, at: this.clock.now() } as const;
    await this.aggregates.execute(Partner, partnerId, [
      { command, context: { actor: `unsubscribe:${userId}` } },
    ]);
  }
}
