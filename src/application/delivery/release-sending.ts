import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { BegunMails } from './begun-mails.js';
import { DeliveryWorkers } from './delivery-workers.js';
import { SendingHold } from './sending-hold.js';

/** Release what is held. Of the mails started since the backup all are sent again, or only those with these ids. */
export class ReleaseSending extends Command<void> {
  constructor(
    readonly reason: string,
    readonly notificationIds?: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(ReleaseSending)
export class ReleaseSendingHandler implements ICommandHandler<ReleaseSending> {
  constructor(
    private readonly hold: SendingHold,
    private readonly begun: BegunMails,
    private readonly worker: DeliveryWorkers,
  ) {}

  /** @throws HeraldError `not-found` for an id that is not among the mails started since the backup. */
  async execute({ reason, notificationIds }: ReleaseSending): Promise<void> {
    const chosen = new Set(notificationIds);
    const stranger = chosen.size > 0 ? await this.begun.strangerAmong([...chosen]) : undefined;
    if (stranger !== undefined)
      throw new HeraldError(
        'not-found',
        `${stranger} is not among the mails started since the backup. GET /v1/sending lists them.`,
        'notificationIds',
      );
    await this.begun.decide(({ id }) => notificationIds === undefined || chosen.has(id), reason);
    await this.hold.end(reason);
    this.worker.resume();
  }
}
