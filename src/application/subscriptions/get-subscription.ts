import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { type SubscriptionState, Subscriptions } from './subscriptions.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

/** What the recipient of a mail with this link gets now. */
export class GetSubscription extends Query<SubscriptionState> {
  /** @param token the last part of the link. */
  constructor(readonly token: string) {
    super();
  }
}

@QueryHandler(GetSubscription)
export class GetSubscriptionHandler implements IQueryHandler<GetSubscription> {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly subscriptions: Subscriptions,
  ) {}

  /** @throws HeraldError `not-found` for a token that Herald has not made. */
  async execute({ token }: GetSubscription): Promise<SubscriptionState> {
    const subscription = this.links.read(token);
    if (subscription) return this.subscriptions.of(subscription);
    throw new HeraldError(
      'not-found',
      'This link is not one of Herald’s: open it from the mail again, or change Settings > Notifications.',
    );
  }
}
