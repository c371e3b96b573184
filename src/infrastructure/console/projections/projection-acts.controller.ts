import { Param } from '@nestjs/common';
import { type Command, CommandBus, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { CancelRebuild } from '../../../application/read-models/administration/cancel-rebuild.js';
import { DropPrevious } from '../../../application/read-models/administration/drop-previous.js';
import { GetProjection } from '../../../application/read-models/administration/get-projection.js';
import { PauseRebuild } from '../../../application/read-models/administration/pause-rebuild.js';
import { ResumeRebuild } from '../../../application/read-models/administration/resume-rebuild.js';
import { RetryProjection } from '../../../application/read-models/administration/retry-projection.js';
import { RollBackProjection } from '../../../application/read-models/administration/roll-back-projection.js';
import { StartRebuild } from '../../../application/read-models/administration/start-rebuild.js';
import { SwapRebuild } from '../../../application/read-models/administration/swap-rebuild.js';
import { projectionName, replayQuery } from '../../http/query-schemas.js';
import type { Confirmation } from '../kit/confirmation.js';
import type { Done } from '../kit/done.js';
import { Form } from '../kit/form.js';
import { at, href } from '../kit/href.js';
import { ConsoleController, FormAction, Page } from '../kit/page.js';
import type { SeeOther } from '../kit/page-model.js';
import { type Act, confirmation } from './confirmations.js';

/** What an admin does with a rebuild and its documents; what is hard to undo is explained before. */
@ConsoleController('projections/:name')
export class ProjectionActsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Page('rebuild', 'confirm', 'operations:manage')
  confirmRebuild(@Param('name', { schema: projectionName }) name: string): Promise<Confirmation> {
    return this.#confirm(name, 'rebuild');
  }

  @FormAction('rebuild', 'operations:manage')
  rebuild(
    @Param('name', { schema: projectionName }) name: string,
    @Form({ schema: replayQuery }) { from }: z.output<typeof replayQuery>,
  ): Promise<SeeOther> {
    return this.#do(name, new StartRebuild(name, from), 'rebuild-started');
  }

  @FormAction('pause', 'operations:manage')
  pause(@Param('name', { schema: projectionName }) name: string): Promise<SeeOther> {
    return this.#do(name, new PauseRebuild(name), 'rebuild-paused');
  }

  @FormAction('resume', 'operations:manage')
  resume(@Param('name', { schema: projectionName }) name: string): Promise<SeeOther> {
    return this.#do(name, new ResumeRebuild(name), 'rebuild-resumed');
  }

  @Page('cancel', 'confirm', 'operations:manage')
  confirmCancel(@Param('name', { schema: projectionName }) name: string): Promise<Confirmation> {
    return this.#confirm(name, 'cancel');
  }

  @FormAction('cancel', 'operations:manage')
  cancel(@Param('name', { schema: projectionName }) name: string): Promise<SeeOther> {
    return this.#do(name, new CancelRebuild(name), 'rebuild-cancelled');
  }

  @Page('swap', 'confirm', 'operations:manage')
  confirmSwap(@Param('name', { schema: projectionName }) name: string): Promise<Confirmation> {
    return this.#confirm(name, 'swap');
  }

  @FormAction('swap', 'operations:manage')
  swap(@Param('name', { schema: projectionName }) name: string): Promise<SeeOther> {
    return this.#do(name, new SwapRebuild(name), 'rebuild-swapped');
  }

  @Page('roll-back', 'confirm', 'operations:manage')
  confirmRollBack(@Param('name', { schema: projectionName }) name: string): Promise<Confirmation> {
    return this.#confirm(name, 'roll-back');
  }

  @FormAction('roll-back', 'operations:manage')
  rollBack(@Param('name', { schema: projectionName }) name: string): Promise<SeeOther> {
    return this.#do(name, new RollBackProjection(name), 'rolled-back');
  }

  @Page('drop-previous', 'confirm', 'operations:manage')
  confirmDrop(@Param('name', { schema: projectionName }) name: string): Promise<Confirmation> {
    return this.#confirm(name, 'drop-previous');
  }

  @FormAction('drop-previous', 'operations:manage')
  drop(@Param('name', { schema: projectionName }) name: string): Promise<SeeOther> {
    return this.#do(name, new DropPrevious(name), 'previous-dropped');
  }

  @FormAction('retry', 'operations:manage')
  retry(@Param('name', { schema: projectionName }) name: string): Promise<SeeOther> {
    return this.#do(name, new RetryProjection(name), 'projection-retried');
  }

  /** @throws HeraldError `not-found`. */
  async #confirm(name: string, act: Act): Promise<Confirmation> {
    await this.queries.execute(new GetProjection(name));
    return confirmation(name, act);
  }

  async #do(name: string, command: Command<unknown>, done: Done): Promise<SeeOther> {
    await this.commands.execute(command);
    return { seeOther: href(at('projections', name), { done }) };
  }
}
