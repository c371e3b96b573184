import { createHash } from 'node:crypto';
import type { LRUCache } from 'lru-cache';
import { boundedCache } from '../../../application/caches/bounded-cache.js';
import { FixedWindow } from '../../../application/limits/fixed-window.js';
import { TooManyRequests } from '../../../application/limits/too-many-requests.js';
import { MAX_FAILED_CREDENTIALS, MAX_RATE_LIMITED_KEYS } from '../../../domain/bounds.js';
import { clientOf } from './client-address.js';

/** How long a credential that was accepted from an address is known there, in milliseconds. */
const KNOWN_MS = 60 * 60_000;

/**
 * Limits how many wrong credentials an address may show, so that nobody can guess one at speed. A failure counts for its address
 * only, and a credential that was accepted from there within the hour is still looked at: nobody can lock out others by failing.
 */
export class FailedCredentials {
  readonly #failures: FixedWindow;
  readonly #accepted: LRUCache<string, true>;

  constructor(clock: { now(): number } = performance) {
    this.#failures = new FixedWindow(MAX_FAILED_CREDENTIALS, undefined, clock);
    this.#accepted = boundedCache(MAX_RATE_LIMITED_KEYS, {
      ttl: KNOWN_MS,
      ttlResolution: 0,
      perf: clock,
    });
  }

  /**
   * To be asked before a credential is verified.
   * @throws TooManyRequests if its address has shown too many wrong ones within the minute.
   */
  requireRoom(ip: string | undefined, credential: string): void {
    const client = clientOf(ip);
    const seconds = this.#failures.exhausted(client);
    if (seconds === 0 || this.#accepted.has(keyOf(client, credential))) return;
    throw new TooManyRequests(
      `This address has shown ${MAX_FAILED_CREDENTIALS} credentials within a minute that are not valid`,
      seconds,
    );
  }

  /** The credential was wrong. */
  failed(ip: string | undefined): void {
    this.#failures.take(clientOf(ip));
  }

  succeeded(ip: string | undefined, credential: string): void {
    this.#accepted.set(keyOf(clientOf(ip), credential), true);
  }
}

/** A digest, so that no credential stays in memory. */
const keyOf = (client: string, credential: string): string =>
  createHash('sha256').update(`${client} ${credential}`).digest('base64url');
