import type { Instant } from '../../domain/fact.js';

/** The only source of time. Injected everywhere, so that a test moves it. */
export abstract class Clock {
  /** The present moment. */
  abstract now(): Instant;
}
