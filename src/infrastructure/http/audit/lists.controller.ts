import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { type AgendaPage, GetAgenda } from '../../../application/audit/get-agenda.js';
import { FindPeople } from '../../../application/audit/people/find-people.js';
import {
  GetPersonHistory,
  type PersonHistoryAnswer,
} from '../../../application/audit/people/get-person-history.js';
import { GetPartner } from '../../../application/audit/registry/get-partner.js';
import { GetSocialAccount } from '../../../application/audit/registry/get-social-account.js';
import { GetSolution } from '../../../application/audit/registry/get-solution.js';
import { ListDocuments, type ListName } from '../../../application/audit/registry/list-documents.js';
import type { Document } from '../../../application/ports/document-store.js';
import type { PostDocument } from '../../../application/read-models/approval-queues/approval-queues.js';
import type { PartnerDocument } from '../../../application/read-models/partners/partners.js';
import type { PersonDocument } from '../../../application/read-models/people/people.js';
import type { AccountDocument } from '../../../application/read-models/social-accounts/social-accounts.js';
import type { SolutionDocument } from '../../../application/read-models/solutions/solutions.js';
import type { Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import { Caller } from '../access/caller.js';
import { Requires } from '../access/route-access.js';
import { ExpensiveRead } from '../limits/expensive-read.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { type ListAnswer, type Listed, listAnswer, listed } from '../page-of.js';
import {
  accountParams,
  accountsQuery,
  agendaQuery,
  partnerParams,
  partnersQuery,
  peopleQuery,
  personHistoryQuery,
  personParams,
  queuesQuery,
  solutionParams,
  solutionsQuery,
} from '../query-schemas.js';
import { personHistory } from '../schemas/notifications.js';
import { partner, partnerPage, solution, solutionPage } from '../schemas/partners.js';
import { account, accountPage, agendaPage, peoplePage, postPage } from '../schemas/read-models.js';

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}

type Filter = Readonly<Record<string, string | undefined>>;

@Tagged('Read models')
@Requires('history:read')
@Controller('v1')
export class ListsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('agenda')
  @ExpensiveRead()
  @Operation({
    id: 'getAgenda',
    summary: 'What is planned for the next days, as far as is known now',
    description:
      'Pages follow the next moment of each account, queue and mail. A page has all moments of those on it, ordered by time; a later page may have moments before the last ones of this page.',
    answers: { 200: agendaPage },
    errors: ['invalid-cursor'],
  })
  agenda(
    @Query({ schema: agendaQuery }) query: z.output<typeof agendaQuery>,
    @Caller() { scope }: Principal,
  ): Promise<AgendaPage> {
    const { partner: partnerId, solution: solutionId, ...rest } = query;
    return this.queries.execute(new GetAgenda(scope, { ...rest, partnerId, solutionId }));
  }

  @Get('people')
  @Operation({
    id: 'listPeople',
    summary: 'Partner users and their notification settings',
    answers: { 200: peoplePage },
    errors: ['invalid-cursor'],
  })
  async people(
    @Query({ schema: peopleQuery }) query: z.output<typeof peopleQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ListAnswer<PersonDocument>> {
    const { person, partner: partnerId } = query;
    if (person === undefined) return this.#list(scope, 'people', query, { partnerId });
    return listAnswer(
      await this.queries.execute(new FindPeople(scope, { person, partnerId, ...paging(query) })),
    );
  }

  @Get('people/:id/history')
  @ExpensiveRead()
  @Operation({
    id: 'getPersonHistory',
    summary: 'Who changed what of a person, when, and by which event',
    description: 'The latest changes, oldest first; `next` leads to the older ones.',
    answers: { 200: personHistory },
    errors: ['invalid-cursor', 'not-found', 'person-ambiguous'],
  })
  personHistory(
    @Param({ schema: personParams }) { id }: z.output<typeof personParams>,
    @Query({ schema: personHistoryQuery }) { partner, limit, after }: z.output<typeof personHistoryQuery>,
    @Caller() { scope }: Principal,
  ): Promise<PersonHistoryAnswer> {
    return this.queries.execute(new GetPersonHistory(scope, id, partner, { limit, before: after }));
  }

  @Get('social-accounts')
  @Operation({
    id: 'listSocialAccounts',
    summary: 'Social accounts and the state of their authorisation',
    answers: { 200: accountPage },
    errors: ['invalid-cursor'],
  })
  accounts(
    @Query({ schema: accountsQuery }) query: z.output<typeof accountsQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ListAnswer<AccountDocument>> {
    const { partner, owner, status } = query;
    return this.#list(scope, 'social-accounts', query, { partnerId: partner, ownerId: owner, status });
  }

  @Get('social-accounts/:id')
  @Operation({
    id: 'getSocialAccount',
    summary: 'One social account and the state of its authorisation',
    answers: { 200: account },
    errors: ['not-found'],
  })
  async account(
    @Param({ schema: accountParams }) { id }: z.output<typeof accountParams>,
    @Caller() { scope }: Principal,
  ): Promise<Listed<AccountDocument>> {
    return listed(await this.queries.execute(new GetSocialAccount(scope, id)));
  }

  @Get('approval-queues')
  @Operation({
    id: 'listQueuedPosts',
    summary: 'The posts in the approval queues, with the decisions on them',
    answers: { 200: postPage },
    errors: ['invalid-cursor'],
  })
  queues(
    @Query({ schema: queuesQuery }) query: z.output<typeof queuesQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ListAnswer<PostDocument>> {
    const { partner, status } = query;
    return this.#list(scope, 'approval-queues', query, { partnerId: partner, status });
  }

  @Get('partners')
  @Operation({
    id: 'listPartners',
    summary: 'Partners, and the solution that each is in',
    answers: { 200: partnerPage },
    errors: ['invalid-cursor'],
  })
  partners(
    @Query({ schema: partnersQuery }) query: z.output<typeof partnersQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ListAnswer<PartnerDocument>> {
    const { solution, status } = query;
    return this.#list(scope, 'partners', query, { solutionId: solution, status });
  }

  @Get('partners/:id')
  @Operation({
    id: 'getPartner',
    summary: 'One partner, and the solution that it is in',
    answers: { 200: partner },
    errors: ['not-found'],
  })
  async partner(
    @Param({ schema: partnerParams }) { id }: z.output<typeof partnerParams>,
    @Caller() { scope }: Principal,
  ): Promise<Listed<PartnerDocument>> {
    return listed(await this.queries.execute(new GetPartner(scope, id)));
  }

  @Get('solutions')
  @Operation({
    id: 'listSolutions',
    summary: 'Solutions and their settings',
    answers: { 200: solutionPage },
    errors: ['invalid-cursor'],
  })
  solutions(
    @Query({ schema: solutionsQuery }) query: z.output<typeof solutionsQuery>,
    @Caller() { scope }: Principal,
  ): Promise<ListAnswer<SolutionDocument>> {
    return this.#list(scope, 'solutions', query, { status: query.status });
  }

  @Get('solutions/:id')
  @Operation({
    id: 'getSolution',
    summary: 'One solution and its settings',
    answers: { 200: solution },
    errors: ['not-found'],
  })
  async solution(
    @Param({ schema: solutionParams }) { id }: z.output<typeof solutionParams>,
    @Caller() { scope }: Principal,
  ): Promise<Listed<SolutionDocument>> {
    return listed(await this.queries.execute(new GetSolution(scope, id)));
  }

  async #list<D extends Document>(
    scope: Scope,
    list: ListName,
    query: Paging,
    filter: Filter,
  ): Promise<ListAnswer<D>> {
    const where = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    return listAnswer(
      await this.queries.execute(
        new ListDocuments<D>(scope, list, { ...paging(query), where: where as Record<string, string> }),
      ),
    );
  }
}

const paging = ({ limit, after }: Paging) => ({ limit, ...(after ? { after } : {}) });
