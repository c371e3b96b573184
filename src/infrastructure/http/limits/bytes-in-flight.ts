import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { MAX_BYTES_IN_FLIGHT } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';

/** Counts the bytes of all bodies, each from its arrival until its request is answered or aborted. */
export class BytesInFlight {
  readonly #held = new WeakMap<IncomingMessage, number>();
  #total = 0;

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRequest', (request, reply, done) => {
      reply.raw.once('close', () => this.#release(request.raw));
      done();
    });
  }

  /** @throws HeraldError `too-many-bytes-in-flight` when there is no room for them. */
  add(request: IncomingMessage, bytes: number): void {
    if (this.#total + bytes > MAX_BYTES_IN_FLIGHT)
      throw new HeraldError(
        'too-many-bytes-in-flight',
        `All requests together have reached the limit of ${MAX_BYTES_IN_FLIGHT} bytes: retry in a few seconds.`,
      );
    this.#total += bytes;
    this.#held.set(request, (this.#held.get(request) ?? 0) + bytes);
  }

  #release(request: IncomingMessage): void {
    this.#total -= this.#held.get(request) ?? 0;
    this.#held.delete(request);
  }
}
