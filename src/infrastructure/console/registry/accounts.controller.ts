import { Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetChanges } from '../../../application/audit/changes/get-changes.js';
import { GetSocialAccount } from '../../../application/audit/registry/get-social-account.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { accountParams, accountsQuery, pageQuery } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { at } from '../kit/href.js';
import { ConsoleController, Page } from '../kit/page.js';
import { pagerOf } from '../kit/pager.js';
import { optionsOf } from '../kit/words.js';
import { type AccountPage, accountPage } from './account-page.js';
import { type AccountRow, accountRow } from './account-row.js';
import { changeRows } from './change-rows.js';
import type { ChangesPage } from './changes-page.js';
import { type ListPage, listPage } from './list-page.js';
import { Registry } from './registry.js';
import { Related } from './related.js';

type AccountFilters = z.output<typeof accountsQuery>;
type AccountParams = z.output<typeof accountParams>;

const STATUSES = accountsQuery.shape.status.unwrap().options;

interface AccountsPage extends ListPage<AccountRow, AccountFilters> {
  readonly statuses: ReturnType<typeof optionsOf>;
}

/** Social accounts: the state of their authorisation, and who is told about it. */
@ConsoleController('accounts')
export class AccountsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly registry: Registry,
    private readonly related: Related,
  ) {}

  @Page('', 'accounts', 'history:read')
  async list(
    @Filters({ schema: accountsQuery }) filters: AccountFilters,
    @Caller() { scope }: Principal,
  ): Promise<AccountsPage> {
    const { partner, owner, status, limit, after } = filters;
    const where = { partnerId: partner, ownerId: owner, status };
    const page = await this.registry.list<AccountDocument>(scope, 'social-accounts', { where, limit, after });
    return {
      ...listPage('Accounts', at('accounts'), filters, page, accountRow),
      statuses: optionsOf(STATUSES, status),
    };
  }

  @Page(':id', 'account', 'history:read')
  @ExpensiveRead()
  async one(
    @Param({ schema: accountParams }) { id }: AccountParams,
    @Caller() { scope }: Principal,
  ): Promise<AccountPage> {
    const account = await this.queries.execute(new GetSocialAccount(scope, id));
    const { partnerId, ownerId } = account;
    const [partner, owner, changes, told, planned] = await Promise.all([
      this.registry.partner(scope, partnerId),
      this.registry.person(scope, ownerId, partnerId),
      this.related.changes(scope, 'social-account', id, at('accounts', id)),
      this.related.told(scope, { account: id }),
      partnerId === undefined
        ? undefined
        : this.related.planned(scope, { partner: partnerId }, (items) =>
            items.filter(({ accountId }) => accountId === id),
          ),
    ]);
    return accountPage({ account, partner, owner, changes, told, planned });
  }

  @Page(':id/changes', 'changes', 'history:read')
  async changes(
    @Param({ schema: accountParams }) { id }: AccountParams,
    @Filters({ schema: pageQuery }) page: z.output<typeof pageQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ChangesPage> {
    const { items, next } = await this.queries.execute(new GetChanges(scope, 'social-account', id, page));
    return {
      title: `Changes of the account ${id}`,
      subject: { text: id, href: at('accounts', id) },
      rows: changeRows('social-account', items),
      ...pagerOf(at('accounts', id, 'changes'), page, next),
    };
  }
}
