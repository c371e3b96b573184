import { requireLogOf } from '../clock/log-clock.js';
import type { ClockKind } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import { requireWhole } from './copy-mark.js';

/**
 * Checks all that a log has to be before anything is recorded in it: written with this kind of clock, and whole.
 * @throws HeraldError `test-log`, `real-log`, `log-incomplete`; what the log throws when it is unavailable.
 */
export async function requireUsableLog(kind: ClockKind, log: EventStore): Promise<void> {
  await requireLogOf(kind, log);
  await requireWhole(log);
}
