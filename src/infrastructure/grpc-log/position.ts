import type { Position } from '../../application/ports/event-store.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { LogPosition } from './log-client.js';

const DIGITS = 20; // of the largest uint64

/** Commit and prepare with 20 digits each, so that positions sort as text. */
export const positionOf = ({ commit, prepare }: LogPosition): Position =>
  `${String(commit).padStart(DIGITS, '0')}-${String(prepare).padStart(DIGITS, '0')}`;

/**
 * The position in the client's form.
 * @throws HeraldError `invalid-position` for text that is no position of this kind of log.
 */
export function logPositionOf(position: Position): LogPosition {
  const [, commit, prepare] = /^(\d{20})-(\d{20})$/.exec(position) ?? [];
  if (commit !== undefined && prepare !== undefined)
    return { commit: BigInt(commit), prepare: BigInt(prepare) };
  throw new HeraldError(
    'invalid-position',
    `${JSON.stringify(position)} is not a position of this log: use one that it has returned, unchanged.`,
    'position',
  );
}
