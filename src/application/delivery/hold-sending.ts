import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ManualHold } from './manual-hold.js';
import { SendingHold } from './sending-hold.js';

/** Hold sending until it is released. Decisions continue: raised mails wait. */
export class HoldSending extends Command<void> {
  constructor(readonly reason: string) {
    super();
  }
}

@CommandHandler(HoldSending)
export class HoldSendingHandler implements ICommandHandler<HoldSending> {
  constructor(
    private readonly manual: ManualHold,
    private readonly hold: SendingHold,
  ) {}

  async execute({ reason }: HoldSending): Promise<void> {
    await this.manual.begin(reason);
    await this.hold.look();
  }
}
