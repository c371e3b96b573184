import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { GetWorkers, type WorkersStatus } from '../../../application/operations/get-workers.js';
import { ListSettings } from '../../../application/operations/list-settings.js';
import type { Setting } from '../../../application/ports/settings.js';
import { withoutSecrets } from '../../logging/known-secrets.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { type Page, pageOf } from '../page-of.js';
import { pageQuery } from '../query-schemas.js';
import { settingsPage, workersStatus } from '../schemas/operations.js';

/** How an instance is set up, and what it does at the moment. */
@Tagged('Operations')
@Requires('operations:read')
@Controller('v1')
export class OperationsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('settings')
  @Operation({
    id: 'getSettings',
    summary: 'The settings of this instance, without secrets',
    description: 'In the order of their names, with their defaults and what each is.',
    answers: { 200: settingsPage },
  })
  async settings(@Query({ schema: pageQuery }) page: z.output<typeof pageQuery>): Promise<Page<Setting>> {
    return pageOf(await this.queries.execute(new ListSettings()), ({ name }) => name, page);
  }

  @Get('workers')
  @Operation({
    id: 'listWorkers',
    summary: 'What the workers of this instance do, its leases and its circuit breakers',
    answers: { 200: workersStatus },
  })
  async workers(): Promise<WorkersStatus> {
    const status = await this.queries.execute(new GetWorkers());
    return { ...status, channels: status.channels.map(withoutSecretsIn) };
  }
}

type Channel = WorkersStatus['channels'][number];

/** A mail server may quote what it was sent. */
const withoutSecretsIn = ({ channel, relay, heldSenders }: Channel): Channel => {
  const shown = <C extends Channel['relay']>(circuit: C): C =>
    circuit.reason === undefined ? circuit : { ...circuit, reason: withoutSecrets(circuit.reason) };
  return { channel, relay: shown(relay), heldSenders: heldSenders.map(shown) };
};
