import { Clock } from '../../application/ports/clock.js';
import type { Instant } from '../../domain/kernel/event.js';

/** The machine's clock. */
export class SystemClock extends Clock {
  override now(): Instant {
    return new Date().toISOString();
  }
}
