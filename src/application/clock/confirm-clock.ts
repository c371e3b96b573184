import { Logger } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventStore } from '../ports/event-store.js';
import { OperatingMode } from '../ports/operating-mode.js';
import { BelievedClock } from './believed-clock.js';
import { ClockGuard } from './clock-guard.js';
import { ClockRecords } from './clock-records.js';

/**
 * An operator has checked the clock, and it is right. The confirmation is kept for all instances and later starts: instances
 * with the same time believe it, and events recorded at a future moment are known to have a wrong date.
 */
export class ConfirmClock extends Command<void> {}

@CommandHandler(ConfirmClock)
export class ConfirmClockHandler implements ICommandHandler<ConfirmClock> {
  readonly #logger = new Logger(ConfirmClockHandler.name);

  constructor(
    private readonly clock: BelievedClock,
    private readonly guard: ClockGuard,
    private readonly records: ClockRecords,
    private readonly log: EventStore,
    private readonly mode: OperatingMode,
  ) {}

  /** @throws what the stores throw when they are unavailable; then nothing is confirmed. */
  async execute(): Promise<void> {
    if (this.mode.isTest) return;
    await this.records.confirm(this.clock.machineNow(), await this.log.head());
    this.clock.confirm();
    this.#logger.warn('The clock was confirmed by an operator.');
    await this.guard.beat();
    await this.guard.look();
  }
}
