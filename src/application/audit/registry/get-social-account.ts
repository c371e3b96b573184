import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import { type AccountDocument, socialAccounts } from '../../read-models/social-accounts/social-accounts.js';
import { PartnersInScope } from '../../tenancy/partners-in-scope.js';
import { notFound } from '../not-found.js';

/** One social account and the state of its authorisation. */
export class GetSocialAccount extends Query<AccountDocument> {
  constructor(
    readonly scope: Scope,
    readonly accountId: string,
  ) {
    super();
  }
}

@QueryHandler(GetSocialAccount)
export class GetSocialAccountHandler implements IQueryHandler<GetSocialAccount> {
  constructor(
    private readonly readModels: ReadModels,
    private readonly partners: PartnersInScope,
  ) {}

  /** @throws HeraldError `not-found`, `read-models-rebuilding`. */
  async execute({ scope, accountId }: GetSocialAccount): Promise<AccountDocument> {
    const account = (await this.readModels.get<AccountDocument>(socialAccounts, [accountId])).get(accountId);
    if (account && (await this.#covers(scope, account.partnerId))) return account;
    throw notFound(`There is no account ${accountId}.`, 'GET /v1/social-accounts for the known ones');
  }

  async #covers(scope: Scope, partnerId: string | undefined): Promise<boolean> {
    if (scope === 'all') return true;
    return partnerId !== undefined && this.partners.covers(scope, partnerId);
  }
}
