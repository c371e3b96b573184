/** How often to ask whether another process has written, in milliseconds. */
const POLL_MS = 100;

interface Waiter {
  readonly version: number;
  readonly wake: () => void;
}

/**
 * Wakes readers that have reached the end of the log: at once when this instance has written (`wakeAll`), soon after
 * when another one has (the version of the data changes). One timer serves all; without waiters there is none, and it
 * keeps no process alive.
 */
export class LogChanges {
  readonly #waiting = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;

  /** @param version a number that changes when another connection has written. */
  constructor(private readonly version: () => number) {}

  /**
   * Resolves when the log may have grown since the reader saw `version`, or when the signal aborts.
   * Take `version` before the last read: what is written in between then wakes at once.
   */
  since(version: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.#leave(waiter);
        resolve();
      };
      const waiter = { version, wake };
      signal.addEventListener('abort', wake);
      this.#waiting.add(waiter);
      this.#timer ??= setInterval(() => this.#poll(), POLL_MS).unref();
    });
  }

  /** Wakes all readers. */
  wakeAll(): void {
    for (const { wake } of this.#waiting) wake();
  }

  #poll(): void {
    const version = this.#versionOrNone();
    for (const waiter of this.#waiting) if (waiter.version !== version) waiter.wake();
  }

  #versionOrNone(): number | undefined {
    try {
      return this.version();
    } catch {
      return undefined; // Wakes all: their next read meets the same fault and reports it to whoever iterates.
    }
  }

  #leave(waiter: Waiter): void {
    this.#waiting.delete(waiter);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
