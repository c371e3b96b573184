import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Repeated } from '../repeated.js';
import { Schedule } from './schedule.js';

/** A Send Now is answered within about a second; reading an index that often costs next to nothing. */
const PERIOD = 1_000;

/** Ticks. */
@Injectable()
export class Ticker {
  readonly #ticks = new Repeated(new Logger(Ticker.name), () => this.schedule.tick());

  constructor(private readonly schedule: Schedule) {}

  @Interval(PERIOD)
  async tick(): Promise<void> {
    await this.#ticks.again();
  }
}
