import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MAX_TEST_CLOCK_STEP_MS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { DAY, plus, toMillis } from '../../domain/kernel/instant.js';
import { MACHINE_CLOCK } from '../clock/believed-clock.js';
import type { MovableClock } from '../clock/movable-clock.js';
import { DueAgenda } from '../read-models/agenda/due-agenda.js';
import { TestClockMoves } from './test-clock-moves.js';
import { Workers } from './workers.js';

/** Where a move of the test clock ended. */
export interface TestClockMoved {
  readonly now: Instant;
  /** It was stopped before it reached its target. */
  readonly stopped?: true;
}

/**
 * Move the test clock forward: all that falls due on the way happens at its moment and in order. Answers with the new moment
 * when all is settled there, or with the moment that it has reached when it is stopped.
 */
export class MoveTestClock extends Command<TestClockMoved> {
  constructor(readonly to: Instant) {
    super();
  }
}

@CommandHandler(MoveTestClock)
export class MoveTestClockHandler implements ICommandHandler<MoveTestClock> {
  constructor(
    @Inject(MACHINE_CLOCK) private readonly clock: MovableClock,
    private readonly agenda: DueAgenda,
    private readonly workers: Workers,
    private readonly moves: TestClockMoves,
  ) {}

  /**
   * @throws HeraldError `clock-moving` while another move is in progress, `clock-goes-back` for a moment before the present one,
   * `clock-step-too-large` for one too far ahead; nothing happened then. `shutting-down` where it stands at a moment before.
   */
  execute({ to }: MoveTestClock): Promise<TestClockMoved> {
    return this.moves.run(to, (stopped) => this.#move(to, stopped));
  }

  async #move(target: Instant, stopped: AbortSignal): Promise<TestClockMoved> {
    this.#check(target);
    await this.#settle(stopped);
    while (!stopped.aborted) {
      const next = await this.agenda.nextMoment(this.clock.now(), target);
      if (stopped.aborted) break;
      await this.clock.set(next ?? target);
      await this.#settle(stopped);
      if (next === undefined) return { now: this.clock.now() };
    }
    return { now: this.clock.now(), stopped: true };
  }

  #check(target: Instant): void {
    const now = this.clock.now();
    if (target < now)
      throw new HeraldError(
        'clock-goes-back',
        `The test clock is at ${now} and moves only forwards: give a later moment.`,
        'now',
      );
    if (toMillis(target) - toMillis(now) > MAX_TEST_CLOCK_STEP_MS)
      throw new HeraldError(
        'clock-step-too-large',
        `The test clock is at ${now} and moves at most ${MAX_TEST_CLOCK_STEP_MS / DAY} days at once: move it to ${plus(now, MAX_TEST_CLOCK_STEP_MS)} at most, and then on.`,
        'now',
      );
  }

  /** Never moves past a moment with unfinished work. What is unfinished when it is stopped goes on at that moment. */
  async #settle(stopped: AbortSignal): Promise<void> {
    await untilStopped(this.workers.settle(), stopped);
    if (this.workers.isClosed)
      throw new HeraldError(
        'shutting-down',
        `Shutting down: the test clock stands at ${this.clock.now()}. Move it again after the restart.`,
      );
  }
}

/** Waits for work, but no longer than until the signal aborts. @throws what the work throws before that. */
const untilStopped = (work: Promise<void>, stopped: AbortSignal): Promise<void> =>
  new Promise<void>((resolve, reject) => {
    const stop = () => resolve();
    if (stopped.aborted) stop();
    stopped.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => stopped.removeEventListener('abort', stop));
  });
