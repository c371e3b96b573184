import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type * as z from 'zod';
import { FindRecipient } from '../../application/audit/find-recipient.js';
import { type AgendaPage, GetAgenda } from '../../application/audit/get-agenda.js';
import { GetPersonHistory, type PersonHistoryAnswer } from '../../application/audit/get-person-history.js';
import { ListDocuments, type ListName } from '../../application/audit/list-documents.js';
import type { Document } from '../../application/ports/document-store.js';
import { Requires } from './access/route-access.js';
import { ExpensiveRead } from './limits/expensive-read.js';
import {
  accountsQuery,
  agendaQuery,
  peopleQuery,
  personHistoryQuery,
  personParams,
  queuesQuery,
} from './query-schemas.js';

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

  async #list(list: ListName, query: Paging, filter: Filter) {
    const where = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    const { documents, next, incomplete, stale } = await this.queries.execute(
      new ListDocuments<Document & { readonly state?: unknown }>(list, {
        ...paging(query),
        where: where as Record<string, string>,
      }),
    );
    const items = documents.map(({ id, position: _, state: __, ...shown }) =>
      stale.has(id) ? { ...shown, stale: true } : shown,
    );
    return { items, next: next ?? null, ...(incomplete ? { incomplete } : {}) };
  }
}

const paging = ({ limit, after }: Paging) => ({ limit, ...(after ? { after } : {}) });
