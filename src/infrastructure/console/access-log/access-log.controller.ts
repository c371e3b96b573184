import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { ListAccessLog } from '../../../application/access-log/list-access-log.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { accessLogQuery } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { ConsoleController, Page } from '../kit/page.js';
import { type AccessLogModel, accessLogPage } from './access-log-page.js';

/** Who read personal data or changed something. */
@ConsoleController('access-log')
export class AccessLogPageController {
  constructor(private readonly queries: QueryBus) {}

  @Page('', 'access-log', 'access-log:read')
  async list(
    @Filters({ schema: accessLogQuery }) filters: z.output<typeof accessLogQuery>,
    @Caller() { scope }: Principal,
  ): Promise<AccessLogModel> {
    const { principal, action, solution, from, to, limit, after } = filters;
    const filter = { principalId: principal, action, solutionId: solution, from, to };
    return accessLogPage(filters, await this.queries.execute(new ListAccessLog(scope, filter, limit, after)));
  }
}
