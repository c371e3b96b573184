import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../domain/access/scope.js';
import { Persons } from './persons.js';

/** The filter of history for a recipient. */
export type RecipientFilter = { readonly recipientId: string } | { readonly recipientAddress: string };

/** Whose decisions are meant by a user id or an address. */
export class FindRecipient extends Query<RecipientFilter> {
  constructor(
    readonly scope: Scope,
    readonly recipient: string,
    readonly partnerId: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(FindRecipient)
export class FindRecipientHandler implements IQueryHandler<FindRecipient> {
  constructor(private readonly persons: Persons) {}

  /**
   * The person in the scope who has or ever had the address. The address itself if that is nobody, such as an escalation contact, or
   * if several people share it.
   */
  async execute({ scope, recipient, partnerId }: FindRecipient): Promise<RecipientFilter> {
    if (!recipient.includes('@')) return { recipientId: recipient };
    const userIds = new Set(
      (await this.persons.all(scope, recipient, partnerId)).map(({ userId }) => userId),
    );
    const [recipientId] = userIds;
    return recipientId !== undefined && userIds.size === 1
      ? { recipientId }
      : { recipientAddress: recipient };
  }
}
