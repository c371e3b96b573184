import { Injectable } from '@nestjs/common';
import { DAY } from '../../domain/kernel/instant.js';
import { FixedWindow } from './fixed-window.js';
import { Rates } from './rates.js';
import { TooManyRequests } from './too-many-requests.js';

/** How many events each publisher may send to this instance within a minute, and within a day. */
@Injectable()
export class IngestQuota {
  readonly #minute: FixedWindow;
  readonly #day: FixedWindow;

  constructor({ eventsPerMinute, eventsPerDay }: Rates) {
    this.#minute = new FixedWindow(eventsPerMinute);
    this.#day = new FixedWindow(eventsPerDay, DAY);
  }

  /**
   * Takes the events of one request, all or none.
   * @throws TooManyRequests.
   */
  take(publisher: string, events: number): void {
    this.#takeFrom(this.#minute, 'minute', publisher, events);
    this.#takeFrom(this.#day, 'day', publisher, events);
  }

  #takeFrom(window: FixedWindow, name: string, publisher: string, events: number): void {
    const seconds = window.take(publisher, events);
    if (seconds > 0)
      throw new TooManyRequests(
        `The publisher has reached the limit of ${window.most} events per ${name}, and none of this request was recorded`,
        seconds,
      );
  }
}
