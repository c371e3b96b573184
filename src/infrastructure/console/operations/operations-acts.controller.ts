import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type * as z from 'zod';
import { ConfirmClock } from '../../../application/clock/confirm-clock.js';
import { GetSendingStatus } from '../../../application/delivery/get-sending-status.js';
import { HoldSending } from '../../../application/delivery/hold-sending.js';
import { KeepBegunMails } from '../../../application/delivery/keep-begun-mails.js';
import { ReleaseSending } from '../../../application/delivery/release-sending.js';
import { holdBody } from '../../http/query-schemas.js';
import type { Confirmation } from '../kit/confirmation.js';
import type { Done } from '../kit/done.js';
import { Form } from '../kit/form.js';
import { at, href } from '../kit/href.js';
import { ConsoleController, FormAction, Page } from '../kit/page.js';
import type { SeeOther } from '../kit/page-model.js';
import { holding, keeping, type ReleasePage, releaseForm, releaseOf, releasePage } from './sending-forms.js';

/** What an admin does about sending and about the clock. */
@ConsoleController('operations')
export class OperationsActsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Page('sending/hold', 'confirm', 'operations:manage')
  confirmHold(): Confirmation {
    return holding;
  }

  @FormAction('sending/hold', 'operations:manage')
  async hold(@Form({ schema: holdBody }) { reason }: z.output<typeof holdBody>): Promise<SeeOther> {
    await this.commands.execute(new HoldSending(reason));
    return seeOperations('sending-held');
  }

  @Page('sending/release', 'release-sending', 'operations:manage')
  async confirmRelease(): Promise<ReleasePage> {
    return releasePage(await this.queries.execute(new GetSendingStatus()));
  }

  @FormAction('sending/release', 'operations:manage')
  async release(@Form({ schema: releaseForm }) form: z.output<typeof releaseForm>): Promise<SeeOther> {
    const { reason, notificationIds } = releaseOf(form);
    await this.commands.execute(new ReleaseSending(reason, notificationIds));
    return seeOperations('sending-released');
  }

  @Page('sending/keep', 'confirm', 'operations:manage')
  confirmKeep(): Confirmation {
    return keeping;
  }

  @FormAction('sending/keep', 'operations:manage')
  async keep(@Form({ schema: holdBody }) { reason }: z.output<typeof holdBody>): Promise<SeeOther> {
    await this.commands.execute(new KeepBegunMails(reason));
    return seeOperations('sending-released');
  }

  @FormAction('clock/confirm', 'operations:manage')
  async confirmClock(): Promise<SeeOther> {
    await this.commands.execute(new ConfirmClock());
    return seeOperations('clock-confirmed');
  }
}

const seeOperations = (done: Done): SeeOther => ({ seeOther: href(at('operations'), { done }) });
