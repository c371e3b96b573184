import { Module } from '@nestjs/common';
import { ScheduleModule as NestScheduleModule } from '@nestjs/schedule';
import { ClockModule } from '../clock/clock.module.js';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { GetTestClockHandler } from './get-test-clock.js';
import { MoveTestClockHandler } from './move-test-clock.js';
import { StopTestClockHandler } from './stop-test-clock.js';
import { TestClockMoves } from './test-clock-moves.js';
import { Ticker } from './ticker.js';
import { Workers } from './workers.js';

/** Wakes the workers when something is due, and moves a test clock through everything that falls due. */
@Module({
  imports: [NestScheduleModule.forRoot(), ClockModule, DecisionsModule, DeliveryModule, ReadModelsModule],
  providers: [
    Workers,
    Ticker,
    TestClockMoves,
    MoveTestClockHandler,
    StopTestClockHandler,
    GetTestClockHandler,
  ],
  exports: [Workers],
})
export class ScheduleModule {}
