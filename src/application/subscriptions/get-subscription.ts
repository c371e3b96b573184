import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { ContentFrequency } from '../../domain/solution/solution.js';
import { Subscriptions } from './subscriptions.js';
import { type Subscription, UnsubscribeLinks } from './unsubscribe-links.js';

/** The user of a link, and what they get now. */
export interface SubscriptionState extends Subscription {
  /** Whether the partner still has this user. */
  readonly isUser: boolean;
  /** How often they get digests; `off` for who is not a user. */
  readonly frequency: ContentFrequency;
  /** The language of their mails. */
  readonly locale: string;
}

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
