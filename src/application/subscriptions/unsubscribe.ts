import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Partner } from '../../domain/partner/partner.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { Clock } from '../ports/clock.js';

/** Unsubscribes a person from digests. Records nothing for somebody who gets none, or whom the partner never had. */
export class Unsubscribe extends Command<void> {
  constructor(
    readonly partnerId: string,
    readonly userId: string,
  ) {
    super();
  }
}

@CommandHandler(Unsubscribe)
export class UnsubscribeHandler implements ICommandHandler<Unsubscribe> {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly clock: Clock,
  ) {}

  async execute({ partnerId, userId }: Unsubscribe): Promise<void> {
    const command = { type: 'Unsubscribe', data: { partnerId, userId }, at: this.clock.now() } as const;
    await this.aggregates.execute(Partner, partnerId, [
      { command, context: { actor: `unsubscribe:${userId}` } },
    ]);
  }
}
