import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { type Subscription, UnsubscribeLinks } from './unsubscribe-links.js';

/** Whom the link of a mail unsubscribes. */
export class GetSubscription extends Query<Subscription> {
  /** @param token the last part of the link. */
  constructor(readonly token: string) {
    super();
  }
}

@QueryHandler(GetSubscription)
export class GetSubscriptionHandler implements IQueryHandler<GetSubscription> {
  constructor(private readonly links: UnsubscribeLinks) {}

  /** @throws HeraldError `not-found` for a token that Herald has not made. */
  async execute({ token }: GetSubscription): Promise<Subscription> {
    const subscription = this.links.read(token);
    if (subscription) return subscription;
    throw new HeraldError(
      'not-found',
      'This link is not one of Herald’s: open it from the mail again, or change Settings > Notifications.',
    );
  }
}
