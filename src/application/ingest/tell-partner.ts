import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Partner, type PartnerCommand } from '../../domain/partner/partner.js';
import { Aggregates, type Request, type Result } from '../aggregates/aggregates.js';

/** What the platform or a person tells of a partner, in order. Answers for each: an outcome, or why it was refused. */
export class TellPartner extends Command<readonly Result[]> {
  constructor(
    readonly partnerId: string,
    readonly requests: readonly Request<PartnerCommand>[],
  ) {
    super();
  }
}

@CommandHandler(TellPartner)
export class TellPartnerHandler implements ICommandHandler<TellPartner> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ partnerId, requests }: TellPartner): Promise<readonly Result[]> {
    return this.aggregates.executeEach(Partner, partnerId, requests);
  }
}
