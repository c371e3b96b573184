/** How often to ask whether another process has written, in milliseconds. */
const POLL_MS = 100;

interface Waiter {
  readonly version: number;
  readonly wake: () => void;
}

/**
 * Wakes readers at the end of the log: at once when this instance has written (`wakeAll`), soon after another process has (the
 * data version changes). One timer serves all readers; without readers there is none, and it does not keep the process alive.
 */
export class LogChanges {
  readonly #waiting = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;

  /** @param version a number that changes when another connection has written. */
  constructor(private readonly version: () => number) {}

  /**
   * Resolves when the log may have grown since the reader saw `version`, or when the signal aborts. Take `version` before the
   * last read: anything written in between then wakes at once.
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
      return undefined; // Wakes all: their next read fails the same way and reports it to its reader.
    }
  }

  #leave(waiter: Waiter): void {
    this.#waiting.delete(waiter);
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
