import type { Instant } from '../../domain/kernel/event.js';
import { fromMillis, toMillis } from '../../domain/kernel/instant.js';
import { backOffMs } from '../concurrency/back-off.js';
import type { Clock } from '../ports/clock.js';

/** The permission to make one attempt; its result is reported with it. */
export interface Pass {
  readonly isProbe: boolean;
  /** Successes until the attempt began. */
  readonly successes: number;
}

/** Why a circuit is open. */
export interface Outage {
  readonly since: Instant;
  /** What was said at the last failure. */
  readonly says: string;
}

/** Whether attempts pass, for operators. `probing`: open, and one attempt is under way. */
export interface Circuit {
  readonly state: 'closed' | 'open' | 'probing';
  /** Since when it is open; absent while it is closed. */
  readonly since?: Instant;
  /** What was said at the last failure. */
  readonly reason?: string;
  /** When one attempt may pass next. */
  readonly nextProbeAt?: Instant;
}

interface Open extends Outage {
  readonly failures: number;
  readonly failedAt: number;
  readonly probeAt: number;
}

/**
 * A circuit breaker: closed, it lets every attempt pass; a failure opens it; open, it lets one attempt pass at a time as a probe, after
 * a back-off with jitter; a success closes it.
 */
export class CircuitBreaker {
  #open: Open | undefined;
  #isProbing = false;
  #successes = 0;
  #changes = 0;

  /**
   * @param firstMs the first delay before a probe, in milliseconds; each further one doubles.
   * @param maxMs the longest delay.
   */
  constructor(
    private readonly clock: Clock,
    private readonly firstMs: number,
    private readonly maxMs: number,
  ) {}

  /** Since when it is open, and why; undefined while it is closed. */
  get outage(): Outage | undefined {
    return this.#open;
  }

  get circuit(): Circuit {
    if (!this.#open) return { state: 'closed' };
    const { since, says: reason, probeAt } = this.#open;
    const nextProbeAt = fromMillis(Math.round(probeAt));
    return { state: this.#isProbing ? 'probing' : 'open', since, reason, nextProbeAt };
  }

  /** Whether an attempt may pass now: it is closed, or a probe is due. */
  get isReady(): boolean {
    if (!this.#open) return true;
    if (this.#isProbing) return false;
    const now = toMillis(this.clock.now());
    // A clock that was set back does not prolong the wait.
    return now >= this.#open.probeAt || now < this.#open.failedAt;
  }

  /** Attempts that succeeded so far. */
  get successes(): number {
    return this.#successes;
  }

  /** Another value whenever something that was turned away is to be asked again. */
  get generation(): number {
    return 2 * this.#changes + (this.isReady ? 1 : 0);
  }

  /** A pass for one attempt; undefined while it is open and no probe is due. */
  enter(): Pass | undefined {
    if (!this.isReady) return undefined;
    const isProbe = this.#open !== undefined;
    this.#isProbing = isProbe;
    return { isProbe, successes: this.#successes };
  }

  /** @returns whether this closed it. */
  succeeded(pass: Pass): boolean {
    this.#successes += 1;
    this.#release(pass);
    if (!this.#open) return false;
    this.#open = undefined;
    this.#isProbing = false;
    this.#changes += 1;
    return true;
  }

  /**
   * @param says what was said.
   * @param maxMs the longest delay before the next probe, in milliseconds. Default: that of the breaker.
   * @returns `opened`, `open` where it was open before, or `isolated` where other attempts have succeeded since this one began.
   */
  failed(pass: Pass, says: string, maxMs = this.maxMs): 'opened' | 'open' | 'isolated' {
    this.#release(pass);
    const before = this.#open;
    if (!before && this.#successes > pass.successes) return 'isolated';
    // Attempts that began before it opened tell nothing new.
    if (before && !pass.isProbe) return 'open';
    const now = this.clock.now();
    const failures = before ? before.failures + 1 : 1;
    const probeAt = toMillis(now) + backOffMs(failures - 1, this.firstMs, maxMs);
    this.#open = { since: before?.since ?? now, says, failures, failedAt: toMillis(now), probeAt };
    this.#changes += 1;
    return before ? 'open' : 'opened';
  }

  /** The attempt told nothing. */
  dropped(pass: Pass): void {
    this.#release(pass);
  }

  #release({ isProbe }: Pass): void {
    if (isProbe) this.#isProbing = false;
  }
}
