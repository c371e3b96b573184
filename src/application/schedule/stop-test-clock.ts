import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TestClockMoves } from './test-clock-moves.js';

/** Stop the test clock where it is: the move in progress ends at the moment that it has reached. */
export class StopTestClock extends Command<void> {}

@CommandHandler(StopTestClock)
export class StopTestClockHandler implements ICommandHandler<StopTestClock> {
  constructor(private readonly moves: TestClockMoves) {}

  execute(): Promise<void> {
    return this.moves.stop();
  }
}
