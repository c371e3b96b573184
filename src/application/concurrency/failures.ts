import type { Logger } from '@nestjs/common';
import { MAX_REMEMBERED_FAILURES } from '../../domain/bounds.js';
import { HeraldError, messageOf } from '../../domain/herald-error.js';
import type { PartHealth } from '../operations/health.js';

/** What fails and is tried again: each failure is logged when it comes or changes, and health counts them until they are over. */
export class Failures {
  readonly #messages = new Map<string, string>();
  readonly #codes = new Map<string, string>();

  constructor(private readonly logger: Pick<Logger, 'error'>) {}

  /** @param error undefined: `id` has succeeded. */
  note(id: string, error: unknown): void {
    if (error === undefined) {
      this.#messages.delete(id);
      this.#codes.delete(id);
      return;
    }
    const message = messageOf(error);
    if (this.#messages.get(id) === message) return;
    const stack = error instanceof Error && !(error instanceof HeraldError) ? error.stack : undefined;
    this.logger.error(`${id}: ${message}`, stack);
    if (this.#messages.size >= MAX_REMEMBERED_FAILURES && !this.#messages.has(id)) return;
    this.#messages.set(id, message);
    this.#codes.set(id, error instanceof HeraldError ? error.code : 'unexpected');
  }

  /** How many fail at the moment; at most `MAX_REMEMBERED_FAILURES` are counted. */
  get size(): number {
    return this.#messages.size;
  }

  /** `degraded` while something fails, with the first of them. */
  health(part: string, what: string): PartHealth {
    const [first] = this.#codes;
    if (!first) return { part, status: 'ok' };
    const [id, code] = first;
    const says = `${this.size} ${what}; the first is ${id} (${code}). The log has the reasons.`;
    return { part, status: 'degraded', says };
  }
}
