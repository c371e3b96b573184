import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SocialAccount, type SocialAccountCommand } from '../../domain/social-account/social-account.js';
import { Aggregates, type Request, type Result } from '../aggregates/aggregates.js';

/** What the platform or a person tells of an account, in order. Answers for each: an outcome, or why it was refused. */
export class TellSocialAccount extends Command<readonly Result[]> {
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

  execute({ accountId, requests }: TellSocialAccount): Promise<readonly Result[]> {
    return this.aggregates.executeEach(SocialAccount, accountId, requests);
  }
}
