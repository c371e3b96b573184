import { setTimeout as after } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ApiKeys, type ApiKeysCommand, type ApiKeysState } from '../../domain/access/api-keys.js';
import { MAX_KEYS_READ_WAIT_MS, MAX_KEYS_STALE_MS, MAX_KEYS_UNREAD_MS } from '../../domain/bounds.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { streamOf } from '../aggregates/streams.js';
import { LogOnce } from '../concurrency/log-once.js';

/** There is one set of keys. */
const ID = 'all';
/** Its stream. */
export const KEYS_STREAM = streamOf(ApiKeys.category, ID);

interface Known {
  readonly state: ApiKeysState;
  /** When the log was asked for it, in real monotonic milliseconds: a test clock that stands still must not keep a revoked key valid. */
  readonly readAt: number;
}

/**
 * The API keys that hold now. The log is asked at most every `MAX_KEYS_UNREAD_MS`, however many requests there are, so a revocation
 * holds on every instance at once. While the log does not answer, no key can be revoked either, and those that are known hold.
 */
@Injectable()
export class ApiKeyRegistry {
  readonly #failures = new LogOnce(new Logger(ApiKeyRegistry.name));
  #known: Known | undefined;
  #reading: Promise<ApiKeysState> | undefined;
  #readingSince = 0;

  constructor(private readonly aggregates: Aggregates) {}

  /** The keys as far as they were read; undefined before the first answer of the log. */
  get known(): ApiKeysState | undefined {
    return this.#known?.state;
  }

  /** @throws what the event store throws, if it does not answer and nothing is known, or has not answered for too long. */
  async current(): Promise<ApiKeysState> {
    const known = this.#known;
    if (!known) return this.#read();
    const age = performance.now() - known.readAt;
    if (age < MAX_KEYS_UNREAD_MS) return known.state;
    if (age > MAX_KEYS_STALE_MS) return this.#read();
    return this.#readOr(known.state);
  }

  /**
   * Executes a command; it holds on this instance when this resolves.
   * @param actor who changes the keys.
   */
  async execute(command: ApiKeysCommand, actor: string): Promise<ApiKeysState> {
    await this.aggregates.execute(ApiKeys, ID, [{ command, context: { actor } }]);
    // A reading that began before the command may not have seen it.
    await this.#reading?.catch(() => undefined);
    return this.#read();
  }

  /** Waits for one reading, not for each: behind a log that hangs, requests do not queue. */
  async #readOr(known: ApiKeysState): Promise<ApiKeysState> {
    const read = this.#read().catch((error: unknown) => {
      this.#failures.about(error);
      return known;
    });
    const left = MAX_KEYS_READ_WAIT_MS - (performance.now() - this.#readingSince);
    const isOver = new AbortController();
    const waited = after(Math.max(0, left), known, { signal: isOver.signal, ref: false });
    try {
      return await Promise.race([read, waited]);
    } finally {
      isOver.abort();
    }
  }

  /** Requests at the same time share one reading. */
  #read(): Promise<ApiKeysState> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(): Promise<ApiKeysState> {
    const readAt = performance.now();
    this.#readingSince = readAt;
    const state = await this.aggregates.load(ApiKeys, ID);
    this.#known = { state, readAt };
    this.#failures.over();
    return state;
  }
}
