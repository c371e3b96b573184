import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type * as z from 'zod';
import { FindRecipient } from '../../application/audit/find-recipient.js';
import { type AgendaPage, GetAgenda } from '../../application/audit/get-agenda.js';
import { GetPartner } from '../../application/audit/get-partner.js';
import { GetPersonHistory, type PersonHistoryAnswer } from '../../application/audit/get-person-history.js';
import { GetSolution } from '../../application/audit/get-solution.js';
import { ListDocuments, type ListName } from '../../application/audit/list-documents.js';
import type { Document } from '../../application/ports/document-store.js';
import type { Principal } from '../../domain/access/principal.js';
import { Caller } from './access/caller.js';
import { Requires } from './access/route-access.js';
import { ExpensiveRead } from './limits/expensive-read.js';
import {
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
} from './query-schemas.js';

type Stateful = Document & { readonly state?: unknown };

interface Paging {
  readonly limit: number;
  readonly after?: string | undefined;
}

type Filter = Readonly<Record<string, string | undefined>>;

@ApiTags('Read models')
@Requires('history:read')
@Controller('v1')
export class ListsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('agenda')
  @ExpensiveRead()
  @ApiOperation({ summary: 'What is planned for the next days, as far as is known now' })
  agenda(@Query({ schema: agendaQuery }) query: z.output<typeof agendaQuery>): Promise<AgendaPage> {
    return this.queries.execute(new GetAgenda(query.days, query.limit, query.after));
  }

  @Get('people')
  @ApiOperation({ summary: 'Partner users and their notification settings' })
  async people(@Query({ schema: peopleQuery }) query: z.output<typeof peopleQuery>) {
    const { person, partner } = query;
    const found = person && (await this.queries.execute(new FindRecipient(person, partner)));
    const who = found && ('recipientId' in found ? { userId: found.recipientId } : { email: person });
    return this.#list('people', query, { partnerId: partner, ...(who || {}) });
  }

  @Get('people/:id/history')
  @ExpensiveRead()
  @ApiOperation({ summary: 'Who changed what of a person, when, and by which event' })
  personHistory(
    @Param({ schema: personParams }) { id }: z.output<typeof personParams>,
    @Query({ schema: personHistoryQuery }) { partner }: z.output<typeof personHistoryQuery>,
  ): Promise<PersonHistoryAnswer> {
    return this.queries.execute(new GetPersonHistory(id, partner));
  }

  @Get('social-accounts')
  @ApiOperation({ summary: 'Social accounts and the state of their authorisation' })
  accounts(@Query({ schema: accountsQuery }) query: z.output<typeof accountsQuery>) {
    const { partner, owner, status } = query;
    return this.#list('social-accounts', query, { partnerId: partner, ownerId: owner, status });
  }

  @Get('approval-queues')
  @ApiOperation({ summary: 'The posts in the approval queues, with the decisions on them' })
  queues(@Query({ schema: queuesQuery }) query: z.output<typeof queuesQuery>) {
    const { partner, status } = query;
    return this.#list('approval-queues', query, { partnerId: partner, status });
  }

  @Get('partners')
  @ApiOperation({ summary: 'Partners, and the solution that each is in' })
  partners(@Query({ schema: partnersQuery }) query: z.output<typeof partnersQuery>) {
    const { solution, status } = query;
    return this.#list('partners', query, { solutionId: solution, status });
  }

  @Get('partners/:id')
  @ApiOperation({ summary: 'One partner, and the solution that it is in' })
  async partner(
    @Param({ schema: partnerParams }) { id }: z.output<typeof partnerParams>,
    @Caller() { scope }: Principal,
  ) {
    return shown(await this.queries.execute(new GetPartner(scope, id)));
  }

  @Get('solutions')
  @ApiOperation({ summary: 'Solutions and their settings' })
  solutions(@Query({ schema: solutionsQuery }) query: z.output<typeof solutionsQuery>) {
    return this.#list('solutions', query, { status: query.status });
  }

  @Get('solutions/:id')
  @ApiOperation({ summary: 'One solution and its settings' })
  async solution(
    @Param({ schema: solutionParams }) { id }: z.output<typeof solutionParams>,
    @Caller() { scope }: Principal,
  ) {
    return shown(await this.queries.execute(new GetSolution(scope, id)));
  }

  async #list(list: ListName, query: Paging, filter: Filter) {
    const where = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    const { documents, next, incomplete, stale } = await this.queries.execute(
      new ListDocuments<Stateful>(list, {
        ...paging(query),
        where: where as Record<string, string>,
      }),
    );
    const items = documents.map((document) =>
      stale.has(document.id) ? { ...shown(document), stale: true } : shown(document),
    );
    return { items, next: next ?? null, ...(incomplete ? { incomplete } : {}) };
  }
}

const paging = ({ limit, after }: Paging) => ({ limit, ...(after ? { after } : {}) });

/** A document without what only its projection needs. */
const shown = <D extends Stateful>({ id: _, position: __, state: ___, ...fields }: D) => fields;
