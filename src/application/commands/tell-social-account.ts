import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SocialAccount, type SocialAccountCommand } from '../../domain/social-account/social-account.js';
import { Aggregates, type Outcome, type Request } from '../aggregates/aggregates.js';

/** What the platform or a person tells of an account, in order. Answers an outcome for each. */
export class TellSocialAccount extends Command<readonly Outcome[]> {
  constructor(
    readonly accountId: string,
    readonly requests: readonly Request<SocialAccountCommand>[],
  ) {
    super();
  }
}

@CommandHandler(TellSocialAccount)
export class TellSocialAccountHandler implements ICommandHandler<TellSocialAccount> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ accountId, requests }: TellSocialAccount): Promise<readonly Outcome[]> {
    return this.aggregates.execute(SocialAccount, accountId, requests);
  }
}
