import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { MACHINE_CLOCK } from '../clock/believed-clock.js';
import type { MovableClock } from '../clock/movable-clock.js';
import { DueAgenda } from '../read-models/agenda/due-agenda.js';
import { Workers } from './workers.js';

/**
 * Move the test clock forward: all that falls due on the way happens at its moment and in order. Answers with the new moment
 * when all is settled there.
 */
export class MoveTestClock extends Command<Instant> {
  constructor(readonly to: Instant) {
    super();
  }
}

@CommandHandler(MoveTestClock)
export class MoveTestClockHandler implements ICommandHandler<MoveTestClock> {
  #moving: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(MACHINE_CLOCK) private readonly clock: MovableClock,
    private readonly agenda: DueAgenda,
    private readonly workers: Workers,
  ) {}

  /**
   * Calls wait for each other.
   * @throws HeraldError `clock-goes-back` for a moment before the present one; nothing happened then. `shutting-down` where it
   * stands at a moment before.
   */
  execute({ to: target }: MoveTestClock): Promise<Instant> {
    const move = this.#moving.then(
      () => this.#move(target),
      () => this.#move(target),
    );
    this.#moving = move;
    return move;
  }

  async #move(target: Instant): Promise<Instant> {
    if (target < this.clock.now())
      throw new HeraldError(
        'clock-goes-back',
        `The test clock is at ${this.clock.now()} and moves only forwards: give a later moment.`,
        'now',
      );
    await this.#settle();
    for (;;) {
      const next = await this.agenda.nextMoment(this.clock.now(), target);
      if (next === undefined) break;
      await this.clock.set(next);
      await this.#settle();
    }
    await this.clock.set(target);
    await this.#settle();
    return this.clock.now();
  }

  /** Never moves past a moment with unfinished work. */
  async #settle(): Promise<void> {
    await this.workers.settle();
    if (this.workers.isClosed)
      throw new HeraldError(
        'shutting-down',
        `Shutting down: the test clock stands at ${this.clock.now()}. Move it again after the restart.`,
      );
  }
}
