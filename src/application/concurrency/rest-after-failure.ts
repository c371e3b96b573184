import type { Clock } from '../ports/clock.js';

/** Does something that others cause, and after a failure not again for a while: until then the failure is the answer. */
export class RestAfterFailure {
  #failure: { readonly error: unknown; readonly until: number } | undefined;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly restMs: number,
  ) {}

  /** @throws what the work throws now, or threw last while that is not long ago. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    if (this.#failure && this.clock.monotonicMs() < this.#failure.until) throw this.#failure.error;
    try {
      return await work();
    } catch (error) {
      this.#failure = { error, until: this.clock.monotonicMs() + this.restMs };
      throw error;
    }
  }
}
