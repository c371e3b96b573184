import type { Position } from '../../application/ports/event-store.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';

/** The key of an event as a position: 20 digits, so that positions sort as text. */
export const positionOf = (key: number): Position => String(key).padStart(20, '0');

/**
 * The key of a position.
 * @throws HeraldError `invalid-position` for text that is no position of this kind of log.
 */
export function keyOf(position: Position): number {
  if (/^\d{20}$/.test(position)) return Number(position);
  throw new HeraldError(
    'invalid-position',
    `${JSON.stringify(position)} is not a position of this log: use one that it has returned, unchanged.`,
    'position',
  );
}
