import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../domain/access/scope.js';
import { type RecipientFilter, RecipientFilters } from './recipient-filters.js';

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
  constructor(private readonly recipients: RecipientFilters) {}

  execute({ scope, recipient, partnerId }: FindRecipient): Promise<RecipientFilter> {
    return this.recipients.of(scope, recipient, partnerId);
  }
}
