import type { LogClient, LogRead } from './log-client.js';

/** A connection for reads and subscriptions. It can be left for another one; it is closed once the last read over it has ended. */
export class Connection {
  readonly #left = new AbortController();
  readonly #reads = new Set<LogRead>();

  constructor(readonly client: LogClient) {}

  /** Aborts when the connection is left: a subscription, which has no end, ends then. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** Begins a read, which has to be ended. */
  read(open: (client: LogClient) => LogRead): LogRead {
    const read = open(this.client);
    this.#reads.add(read);
    return read;
  }

  end(read: LogRead): void {
    this.#reads.delete(read);
    this.#closeIfUnused();
  }

  leave(): void {
    this.#left.abort();
    this.#closeIfUnused();
  }

  /** Nobody waits for that: the node may stand still. */
  #closeIfUnused(): void {
    if (this.#left.signal.aborted && this.#reads.size === 0)
      void this.client.dispose().catch(() => undefined);
  }
}
