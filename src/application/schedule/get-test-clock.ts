import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/kernel/event.js';
import { MACHINE_CLOCK } from '../clock/believed-clock.js';
import type { Clock } from '../ports/clock.js';
import { TestClockMoves } from './test-clock-moves.js';

export interface TestClockStatus {
  readonly now: Instant;
  readonly test: true;
  /** While it is moving: where to. */
  readonly movingTo?: Instant;
}

/** Where the test clock stands, and whether it is moving. */
export class GetTestClock extends Query<TestClockStatus> {}

@QueryHandler(GetTestClock)
export class GetTestClockHandler implements IQueryHandler<GetTestClock> {
  constructor(
    @Inject(MACHINE_CLOCK) private readonly clock: Clock,
    private readonly moves: TestClockMoves,
  ) {}

  async execute(): Promise<TestClockStatus> {
    const { target } = this.moves;
    return { now: this.clock.now(), test: true, ...(target === undefined ? {} : { movingTo: target }) };
  }
}
