import { Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { FindPeople } from '../../../application/audit/people/find-people.js';
import {
  GetPersonHistory,
  type PersonHistoryAnswer,
} from '../../../application/audit/people/get-person-history.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import type { Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import { hasCode } from '../../../domain/kernel/herald-error.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { pageQuery, peopleQuery, personParams } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { at, href } from '../kit/href.js';
import { ConsoleController, Page } from '../kit/page.js';
import type { SeeOther } from '../kit/page-model.js';
import { pagerOf } from '../kit/pager.js';
import { personChangeRows } from './change-rows.js';
import type { ChangesPage } from './changes-page.js';
import { type ListPage, listPage } from './list-page.js';
import { concerning } from './person-agenda.js';
import { type PersonPage, personPage } from './person-page.js';
import { type PersonRow, personRow } from './person-row.js';
import { Registry } from './registry.js';
import { RELATED_ROWS, Related } from './related.js';

type PeopleFilters = z.output<typeof peopleQuery>;
type PersonParams = z.output<typeof personParams>;

const personQuery = peopleQuery.pick({ partner: true });
const changesQuery = pageQuery.extend({ partner: peopleQuery.shape.partner });

/** People: who they are, what they chose, what they were told, and what they will be told. */
@ConsoleController('people')
export class PeopleController {
  constructor(
    private readonly queries: QueryBus,
    private readonly registry: Registry,
    private readonly related: Related,
  ) {}

  @Page('', 'people', 'history:read')
  async list(
    @Filters({ schema: peopleQuery }) filters: PeopleFilters,
    @Caller() { scope }: Principal,
  ): Promise<ListPage<PersonRow, PeopleFilters>> {
    const { person, partner: partnerId, limit, after } = filters;
    const page =
      person === undefined
        ? await this.registry.list<PersonDocument>(scope, 'people', { where: { partnerId }, limit, after })
        : await this.queries.execute(new FindPeople(scope, { person, partnerId, limit, after }));
    return listPage('People', at('people'), filters, page, personRow);
  }

  @Page(':id', 'person', 'history:read')
  @ExpensiveRead()
  async one(
    @Param({ schema: personParams }) { id }: PersonParams,
    @Filters({ schema: personQuery }) { partner: asked }: z.output<typeof personQuery>,
    @Caller() { scope }: Principal,
  ): Promise<PersonPage | SeeOther> {
    const history = await this.#history(scope, id, asked);
    if ('seeOther' in history) return history;
    const { userId, partnerId } = history.person;
    const [person, partner] = await Promise.all([
      this.registry.person(scope, userId, partnerId),
      this.registry.partner(scope, partnerId),
    ]);
    const [solution, owned, told, planned] = await Promise.all([
      this.registry.solution(scope, partner?.solutionId),
      this.registry.list<AccountDocument>(scope, 'social-accounts', {
        where: { ownerId: userId, partnerId },
        limit: RELATED_ROWS,
      }),
      this.related.told(scope, { recipient: userId, partner: partnerId }),
      this.related.planned(scope, { partner: partnerId }, (items) =>
        concerning(items, { userId, role: person?.role }, (accountId) =>
          this.registry.account(scope, accountId),
        ),
      ),
    ]);
    return personPage({ history, person, partner, solution, owned, told, planned });
  }

  @Page(':id/changes', 'changes', 'history:read')
  @ExpensiveRead()
  async changes(
    @Param({ schema: personParams }) { id }: PersonParams,
    @Filters({ schema: changesQuery }) { partner, limit, after }: z.output<typeof changesQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ChangesPage> {
    const { person, items, next } = await this.queries.execute(
      new GetPersonHistory(scope, id, partner, { limit, before: after }),
    );
    const { userId, partnerId, name } = person;
    const path = at('people', userId, 'changes');
    return {
      title: `Changes of ${name ?? userId}`,
      subject: { text: name ?? userId, href: href(at('people', userId), { partner: partnerId }) },
      rows: personChangeRows(items, partnerId),
      ...pagerOf(path, { partner: partnerId, limit, after }, next),
    };
  }

  /** The changes of the one person; who is not one is found in the list of all who may be meant. */
  async #history(
    scope: Scope,
    id: string,
    partner: string | undefined,
  ): Promise<PersonHistoryAnswer | SeeOther> {
    try {
      return await this.queries.execute(new GetPersonHistory(scope, id, partner));
    } catch (error) {
      if (!hasCode(error, 'person-ambiguous')) throw error;
      return { seeOther: href(at('people'), { person: id, partner }) };
    }
  }
}
