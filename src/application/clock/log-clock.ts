import { HeraldError } from '../../domain/kernel/herald-error.js';
import { lastEvent } from '../events/single-event.js';
import type { ClockKind } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';

/**
 * Checks the kind of clock in the last event of the log: test times on a real log would be believed for good. Either clock
 * accepts an empty log, and one from before events recorded their clock.
 * @throws HeraldError `test-log`, `real-log` when the other kind of clock wrote it; what the log throws when it is unavailable.
 */
export async function requireLogOf(kind: ClockKind, log: EventStore): Promise<void> {
  const written = (await lastEvent(log))?.metadata.clock;
  if (written !== undefined && written !== kind) throw REFUSALS[kind]();
}

const REFUSALS: Readonly<Record<ClockKind, () => HeraldError>> = {
  system: () =>
    new HeraldError(
      'test-log',
      'This log was written with a test clock and cannot be used with the system clock. Choose another log and other read models with HERALD_EVENT_STORE and HERALD_READ_MODELS (for the embedded stores, another folder), or set HERALD_CLOCK=test to continue the test.',
      'HERALD_CLOCK',
    ),
  test: () =>
    new HeraldError(
      'real-log',
      'This log was written with the system clock and cannot be used with a test clock. Choose another log and other read models with HERALD_EVENT_STORE and HERALD_READ_MODELS (for the embedded stores, another folder), or leave HERALD_CLOCK unset.',
      'HERALD_CLOCK',
    ),
};
