import { Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetChanges } from '../../../application/audit/changes/get-changes.js';
import { GetPartner } from '../../../application/audit/registry/get-partner.js';
import type { PostDocument } from '../../../application/read-models/approval-queues/approval-queues.js';
import {
  PARTNER_STATUSES,
  type PartnerDocument,
} from '../../../application/read-models/partners/partners.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { pageQuery, partnerParams, partnersQuery } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { at } from '../kit/href.js';
import { ConsoleController, Page } from '../kit/page.js';
import { pagerOf } from '../kit/pager.js';
import { optionsOf } from '../kit/words.js';
import { changeRows } from './change-rows.js';
import type { ChangesPage } from './changes-page.js';
import { type ListPage, listPage } from './list-page.js';
import { type PartnerPage, partnerPage } from './partner-page.js';
import { type PartnerRow, partnerRow } from './partner-row.js';
import { Registry } from './registry.js';
import { RELATED_ROWS, Related } from './related.js';

type PartnersFilters = z.output<typeof partnersQuery>;
type PartnerParams = z.output<typeof partnerParams>;

interface PartnersPage extends ListPage<PartnerRow, PartnersFilters> {
  readonly statuses: ReturnType<typeof optionsOf>;
}

/** Partners: their zone, people, accounts and queue. */
@ConsoleController('partners')
export class PartnersController {
  constructor(
    private readonly queries: QueryBus,
    private readonly registry: Registry,
    private readonly related: Related,
  ) {}

  @Page('', 'partners', 'history:read')
  async list(
    @Filters({ schema: partnersQuery }) filters: PartnersFilters,
    @Caller() { scope }: Principal,
  ): Promise<PartnersPage> {
    const { solution, status, limit, after } = filters;
    const where = { solutionId: solution, status };
    const page = await this.registry.list<PartnerDocument>(scope, 'partners', { where, limit, after });
    return {
      ...listPage('Partners', at('partners'), filters, page, partnerRow),
      statuses: optionsOf(PARTNER_STATUSES, status),
    };
  }

  @Page(':id', 'partner', 'history:read')
  @ExpensiveRead()
  async one(
    @Param({ schema: partnerParams }) { id }: PartnerParams,
    @Caller() { scope }: Principal,
  ): Promise<PartnerPage> {
    const partner = await this.queries.execute(new GetPartner(scope, id));
    const few = { where: { partnerId: id }, limit: RELATED_ROWS };
    const [solution, people, accounts, posts, told, planned, changes] = await Promise.all([
      this.registry.solution(scope, partner.solutionId),
      this.registry.list<PersonDocument>(scope, 'people', few),
      this.registry.list<AccountDocument>(scope, 'social-accounts', few),
      this.registry.list<PostDocument>(scope, 'approval-queues', {
        where: { partnerId: id, status: 'waiting' },
        limit: RELATED_ROWS,
        orderBy: 'publishAt',
      }),
      this.related.told(scope, { partner: id }),
      this.related.planned(scope, { partner: id }),
      this.related.changes(scope, 'partner', id, at('partners', id)),
    ]);
    return partnerPage({ partner, solution, people, accounts, posts, told, planned, changes });
  }

  @Page(':id/changes', 'changes', 'history:read')
  async changes(
    @Param({ schema: partnerParams }) { id }: PartnerParams,
    @Filters({ schema: pageQuery }) page: z.output<typeof pageQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ChangesPage> {
    const { items, next } = await this.queries.execute(new GetChanges(scope, 'partner', id, page));
    return {
      title: `Changes of the partner ${id}`,
      subject: { text: id, href: at('partners', id) },
      rows: changeRows('partner', items),
      ...pagerOf(at('partners', id, 'changes'), page, next),
    };
  }
}
