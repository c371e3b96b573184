import type { Logger } from '@nestjs/common';
import { MAX_REMEMBERED_FAILURES } from '../../domain/bounds.js';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { boundedCache } from '../caches/bounded-cache.js';
import type { PartHealth } from './health.js';

/**
 * Failures are retried at least every minute. One that has not recurred for this long is resolved, here or by another instance.
 * In milliseconds.
 */
const FORGOTTEN_AFTER_MS = 150_000;

interface Failure {
  readonly message: string;
  readonly code: string;
}

/** Failures that are retried: each is logged when it occurs or changes, and counted in health until it is resolved. */
export class Failures {
  readonly #failures = boundedCache<Failure>(MAX_REMEMBERED_FAILURES, {
    ttl: FORGOTTEN_AFTER_MS,
  });

  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  /** @param error undefined: `id` has succeeded. */
  note(id: string, error: unknown): void {
    if (error === undefined) {
      this.#failures.delete(id);
      return;
    }
    const message = messageOf(error);
    if (this.#failures.peek(id)?.message !== message) this.logger.error(`${id}: ${message}`, error);
    this.#failures.set(id, { message, code: error instanceof HeraldError ? error.code : 'unexpected' });
  }

  /** `degraded` while something fails, with an example. */
  health(part: string, what: string): PartHealth {
    this.#failures.purgeStale();
    const [id] = this.#failures.rkeys();
    const first = id && this.#failures.peek(id);
    if (!first) return { part, status: 'ok' };
    const says = `${this.#failures.size} ${what}; for example ${id} (${first.code}). See the log for the reasons.`;
    return { part, status: 'degraded', says };
  }
}
