import { QueryBus } from '@nestjs/cqrs';
import { GetAgenda } from '../../../application/audit/get-agenda.js';
import { GetSummary } from '../../../application/audit/history/get-summary.js';
import { SearchHistory } from '../../../application/audit/history/search-history.js';
import { GetClockStatus } from '../../../application/clock/get-clock-status.js';
import { GetShortfall } from '../../../application/coverage/get-shortfall.js';
import { GetSendingStatus } from '../../../application/delivery/get-sending-status.js';
import { GetHealth } from '../../../application/operations/get-health.js';
import { GetWorkers } from '../../../application/operations/get-workers.js';
import { Clock } from '../../../application/ports/clock.js';
import { isPermitted, type Principal } from '../../../domain/access/principal.js';
import type { Scope } from '../../../domain/access/scope.js';
import { DAY, plus } from '../../../domain/kernel/instant.js';
import { Caller } from '../../http/access/caller.js';
import { ConsoleController, Page } from '../kit/page.js';
import type { Doubted, OperationsState } from './attention.js';
import { CHART_DAYS, COMING_UP, type OverviewPage, overviewPage } from './overview-page.js';

/** How far the overview looks ahead. */
const DAYS_AHEAD = 7;

/** How many outcomes in doubt are counted. */
const COUNTED = 100;

/** What needs a person, what was done, and what comes next. */
@ConsoleController()
export class OverviewController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Page('', 'overview', 'history:read')
  async show(@Caller() principal: Principal): Promise<OverviewPage> {
    const { scope } = principal;
    const today = `${this.clock.now().slice(0, 10)}T00:00:00.000Z`;
    const from = plus(today, -(CHART_DAYS - 1) * DAY);
    const [summary, doubted, shortfall, agenda, operations] = await Promise.all([
      this.queries.execute(new GetSummary(scope, { from })),
      this.#doubted(scope),
      this.queries.execute(new GetShortfall(scope)),
      this.queries.execute(new GetAgenda(scope, { days: DAYS_AHEAD, limit: COMING_UP })),
      isPermitted(principal, 'operations:read') ? this.#operations() : undefined,
    ]);
    return overviewPage(principal, { summary, doubted, shortfall, agenda, operations });
  }

  async #doubted(scope: Scope): Promise<Doubted> {
    const { documents, next } = await this.queries.execute(
      new SearchHistory(scope, { outcome: 'outcome-unknown' }, { order: 'oldest', limit: COUNTED }),
    );
    return { count: documents.length, more: next !== undefined };
  }

  async #operations(): Promise<OperationsState> {
    const [health, clock, workers] = await Promise.all([
      this.queries.execute(new GetHealth()),
      this.queries.execute(new GetClockStatus()),
      this.queries.execute(new GetWorkers()),
    ]);
    const isHeld = health.parts.some(({ part, status }) => part === 'sending' && status !== 'ok');
    const sending = isHeld ? await this.queries.execute(new GetSendingStatus()) : undefined;
    return { health, sending, clock, workers };
  }
}
