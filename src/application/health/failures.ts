import type { Logger } from '@nestjs/common';
import { MAX_REMEMBERED_FAILURES } from '../../domain/bounds.js';
import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import type { PartHealth } from './health.js';

/**
 * Failures are retried at least every minute. One that has not recurred for this long is resolved, here or by another instance.
 * In milliseconds.
 */
const FORGOTTEN_AFTER_MS = 150_000;

interface Failure {
  readonly message: string;
  readonly code: string;
  readonly at: number;
}

/** Failures that are retried: each is logged when it occurs or changes, and counted in health until it is resolved. */
export class Failures {
  readonly #failures = new Map<string, Failure>();

  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  /** @param error undefined: `id` has succeeded. */
  note(id: string, error: unknown): void {
    const known = this.#failures.get(id);
    this.#failures.delete(id);
    if (error === undefined) return;
    const message = messageOf(error);
    if (known?.message !== message) {
      const stack = error instanceof Error && !(error instanceof HeraldError) ? error.stack : undefined;
      this.logger.error(`${id}: ${message}`, stack);
    }
    const code = error instanceof HeraldError ? error.code : 'unexpected';
    this.#failures.set(id, { message, code, at: performance.now() });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MAX_REMEMBERED_FAILURES && oldest !== undefined) this.#failures.delete(oldest);
  }

  /** `degraded` while something fails, with an example. */
  health(part: string, what: string): PartHealth {
    const since = performance.now() - FORGOTTEN_AFTER_MS;
    for (const [id, { at }] of this.#failures) if (at < since) this.#failures.delete(id);
    const [first] = this.#failures;
    if (!first) return { part, status: 'ok' };
    const [id, { code }] = first;
    const says = `${this.#failures.size} ${what}; for example ${id} (${code}). See the log for the reasons.`;
    return { part, status: 'degraded', says };
  }
}
