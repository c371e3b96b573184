import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BegunMails } from './begun-mails.js';
import { DeliveryWorkers } from './delivery-workers.js';
import { SendingHold } from './sending-hold.js';

/** Send again, but none of the mails started since the backup: the recipients may have them. */
export class KeepBegunMails extends Command<void> {
  constructor(readonly reason: string) {
    super();
  }
}

@CommandHandler(KeepBegunMails)
export class KeepBegunMailsHandler implements ICommandHandler<KeepBegunMails> {
  constructor(
    private readonly hold: SendingHold,
    private readonly begun: BegunMails,
    private readonly worker: DeliveryWorkers,
  ) {}

  async execute({ reason }: KeepBegunMails): Promise<void> {
    await this.begun.decide(() => false, reason);
    await this.hold.end(reason);
    this.worker.resume();
  }
}
