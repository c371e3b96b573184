import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { ListDangling } from '../../../application/audit/registry/list-dangling.js';
import { GetClockStatus } from '../../../application/clock/get-clock-status.js';
import { GetSendingStatus } from '../../../application/delivery/get-sending-status.js';
import { GetHealth } from '../../../application/operations/get-health.js';
import { GetWorkers } from '../../../application/operations/get-workers.js';
import { ListSettings } from '../../../application/operations/list-settings.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { pageQuery } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { ConsoleController, Page } from '../kit/page.js';
import { type DanglingModel, danglingPage } from './dangling-page.js';
import { type OperationsPage, operationsPage } from './operations-page.js';
import { type SettingsPage, settingsPage } from './settings-page.js';

/** How an instance is, what it does, and how it is set up. */
@ConsoleController('operations')
export class OperationsPagesController {
  constructor(private readonly queries: QueryBus) {}

  @Page('', 'operations', 'operations:read')
  async show(@Caller() principal: Principal): Promise<OperationsPage> {
    const [health, sending, clock, workers] = await Promise.all([
      this.queries.execute(new GetHealth()),
      this.queries.execute(new GetSendingStatus()),
      this.queries.execute(new GetClockStatus()),
      this.queries.execute(new GetWorkers()),
    ]);
    return operationsPage({ health, sending, clock, workers }, principal);
  }

  @Page('settings', 'settings', 'operations:read')
  async settings(): Promise<SettingsPage> {
    return settingsPage(await this.queries.execute(new ListSettings()));
  }

  @Page('dangling', 'dangling', 'history:read')
  async dangling(
    @Filters({ schema: pageQuery }) { limit, after }: z.output<typeof pageQuery>,
    @Caller() { scope }: Principal,
  ): Promise<DanglingModel> {
    return danglingPage(await this.queries.execute(new ListDangling(scope, limit, after)), after);
  }
}
