import { Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import type { ParkedResult } from '../../../application/read-models/administration/parked.js';
import { RetryParked } from '../../../application/read-models/administration/retry-parked.js';
import { SkipParked } from '../../../application/read-models/administration/skip-parked.js';
import { type Principal, saidBy } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { documentId, projectionName, skipBody } from '../../http/query-schemas.js';
import type { Done } from '../kit/done.js';
import { Form } from '../kit/form.js';
import { at, href } from '../kit/href.js';
import { ConsoleController, FormAction } from '../kit/page.js';
import type { SeeOther } from '../kit/page-model.js';

const DONE: Readonly<Record<ParkedResult['status'], Done>> = {
  folded: 'parked-folded',
  parked: 'parked-still',
  rebuilding: 'parked-rebuilding',
};

/** What an admin does with a parked document. */
@ConsoleController('projections/:name/parked/:documentId')
export class ParkedActsController {
  constructor(private readonly commands: CommandBus) {}

  @FormAction('retry', 'operations:manage')
  async retry(
    @Param('name', { schema: projectionName }) name: string,
    @Param('documentId', { schema: documentId }) id: string,
  ): Promise<SeeOther> {
    return seeResult(name, await this.commands.execute(new RetryParked(name, id)));
  }

  @FormAction('skip', 'operations:manage')
  async skip(
    @Param('name', { schema: projectionName }) name: string,
    @Param('documentId', { schema: documentId }) id: string,
    @Form({ schema: skipBody }) { reason, by }: z.output<typeof skipBody>,
    @Caller() principal: Principal,
  ): Promise<SeeOther> {
    const command = new SkipParked(name, id, reason, saidBy(principal, by));
    return seeResult(name, await this.commands.execute(command));
  }
}

const seeResult = (name: string, { status }: ParkedResult): SeeOther => ({
  seeOther: href(at('projections', name), { done: DONE[status] }),
});
