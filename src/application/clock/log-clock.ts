import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { ClockKind } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';

/**
 * Looks at the last event of the log. Times of a test clock among those of the system clock would be believed for ever.
 * A log that is empty, or that was written before events said which clock they are of, is taken by both clocks.
 * @throws HeraldError `test-log`, `real-log` when the other kind of clock wrote it; what the log throws when it is away.
 */
export async function requireLogOf(kind: ClockKind, log: EventStore): Promise<void> {
  for await (const [last] of log.readAll({ direction: 'backwards', maxCount: 1 })) {
    const { clock: written } = last?.metadata ?? {};
    if (written === undefined || written === kind) return;
    throw REFUSALS[kind]();
  }
}

const REFUSALS: Readonly<Record<ClockKind, () => HeraldError>> = {
  system: () =>
    new HeraldError(
      'test-log',
      'A test clock wrote this log, and the system clock is not used on it: name another log and other read models with HERALD_EVENT_STORE and HERALD_READ_MODELS (for the embedded stores, another folder), or set HERALD_CLOCK=test to go on with the test.',
      'HERALD_CLOCK',
    ),
  test: () =>
    new HeraldError(
      'real-log',
      'The system clock wrote this log, and a test clock is not used on it: name another log and other read models with HERALD_EVENT_STORE and HERALD_READ_MODELS (for the embedded stores, another folder), or leave HERALD_CLOCK unset.',
      'HERALD_CLOCK',
    ),
};
