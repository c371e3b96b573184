import { Clock } from '../../application/clock/clock.js';
import type { Instant } from '../../domain/fact.js';

/** The machine's clock. */
export class SystemClock extends Clock {
  override now(): Instant {
    return new Date().toISOString();
  }
}
