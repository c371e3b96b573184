import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Complaint } from '../complaint.js';
import { Schedule } from './schedule.js';

/** A Send Now is answered within about a second; reading an index that often costs next to nothing. */
const PERIOD = 1_000;

/** Ticks. */
@Injectable()
export class Ticker {
  readonly #complaint = new Complaint(new Logger(Ticker.name));

  constructor(private readonly schedule: Schedule) {}

  @Interval(PERIOD)
  async tick(): Promise<void> {
    try {
      await this.schedule.tick();
      this.#complaint.over();
    } catch (error) {
      this.#complaint.about(error);
    }
  }
}
