import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Partner, type PartnerCommand } from '../../domain/partner/partner.js';
import { Aggregates, type Outcome, type Request } from '../aggregates/aggregates.js';

/** What the platform or a person tells of a partner, in order. Answers an outcome for each. */
export class TellPartner extends Command<readonly Outcome[]> {
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

  execute({ partnerId, requests }: TellPartner): Promise<readonly Outcome[]> {
    return this.aggregates.execute(Partner, partnerId, requests);
  }
}
