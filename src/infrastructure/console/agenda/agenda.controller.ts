import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetAgenda } from '../../../application/audit/get-agenda.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { Filters } from '../kit/form.js';
import { ConsoleController, Page } from '../kit/page.js';
import { agendaFilters } from './agenda-filters.js';
import { type AgendaPage, agendaPage } from './agenda-page.js';

/** What is planned, on the clocks of the partners. */
@ConsoleController('agenda')
export class AgendaController {
  constructor(private readonly queries: QueryBus) {}

  @Page('', 'agenda', 'history:read')
  @ExpensiveRead()
  async show(
    @Filters({ schema: agendaFilters }) filters: z.output<typeof agendaFilters>,
    @Caller() { scope }: Principal,
  ): Promise<AgendaPage> {
    const { partner: partnerId, solution: solutionId, ...rest } = filters;
    const agenda = await this.queries.execute(new GetAgenda(scope, { ...rest, partnerId, solutionId }));
    return agendaPage(filters, agenda);
  }
}
