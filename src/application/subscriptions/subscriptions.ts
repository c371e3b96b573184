import { Injectable } from '@nestjs/common';
import { Partner, userOf } from '../../domain/partner/partner.js';
import { isPresent, NEW_USER, roleOf } from '../../domain/partner/partner-user.js';
import { type ContentFrequency, Solution } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import type { Subscription } from './unsubscribe-links.js';

/** The user of a link, and what they get now. */
export interface SubscriptionState extends Subscription {
  /** Whether the partner still has this user. */
  readonly isUser: boolean;
  /** How often they get digests; `off` for who is not a user. */
  readonly frequency: ContentFrequency;
  /** The language of their mails. */
  readonly locale: string;
}

/** Looks up in the log what people get, so that a page shows what holds now on whichever instance. */
@Injectable()
export class Subscriptions {
  constructor(private readonly aggregates: Aggregates) {}

  /** What this user gets now. */
  async of({ partnerId, userId }: Subscription): Promise<SubscriptionState> {
    const partner = await this.aggregates.load(Partner, partnerId);
    const user = userOf(partner, userId) ?? NEW_USER;
    const isUser = isPresent(user) && !partner.left;
    const usual = await this.usualFor({ partnerId, userId });
    const { settings } = await this.#solutionOf(partner.registration?.value.solutionId);
    return {
      ...{ partnerId, userId, isUser },
      frequency: isUser ? (user.fields.contentApproval?.value ?? usual) : 'off',
      locale: user.fields.locale?.value ?? settings?.locale ?? 'en',
    };
  }

  /** How often this user gets digests until they choose. */
  async usualFor({ partnerId, userId }: Subscription): Promise<ContentFrequency> {
    const partner = await this.aggregates.load(Partner, partnerId);
    const { policies } = await this.#solutionOf(partner.registration?.value.solutionId);
    const role = roleOf(userOf(partner, userId) ?? NEW_USER) ?? 'member';
    return policies?.contentApprovalDefault[role] ?? 'off';
  }

  async #solutionOf(solutionId: string | undefined) {
    return solutionId === undefined ? Solution.initialState : this.aggregates.load(Solution, solutionId);
  }
}
