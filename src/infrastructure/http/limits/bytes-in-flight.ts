import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MAX_BYTES_IN_FLIGHT, MAX_PUBLIC_BYTES_IN_FLIGHT } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { Listener } from '../listeners/listeners.js';

const MOST: Readonly<Record<Listener, number>> = {
  api: MAX_BYTES_IN_FLIGHT,
  public: MAX_PUBLIC_BYTES_IN_FLIGHT,
};

/** Counts the bytes of all bodies at each listener, each from its arrival until its request is answered or aborted. */
export class BytesInFlight {
  readonly #held = new WeakMap<FastifyRequest, number>();
  readonly #total: Record<Listener, number> = { api: 0, public: 0 };

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRequest', (request, reply, done) => {
      reply.raw.once('close', () => this.#release(request));
      done();
    });
  }

  /** @throws HeraldError `too-many-bytes-in-flight` when there is no room for them. */
  add(request: FastifyRequest, bytes: number): void {
    const { listener } = request;
    if (this.#total[listener] + bytes > MOST[listener])
      throw new HeraldError(
        'too-many-bytes-in-flight',
        `All requests together have reached the limit of ${MOST[listener]} bytes: retry in a few seconds.`,
      );
    this.#total[listener] += bytes;
    this.#held.set(request, (this.#held.get(request) ?? 0) + bytes);
  }

  #release(request: FastifyRequest): void {
    this.#total[request.listener] -= this.#held.get(request) ?? 0;
    this.#held.delete(request);
  }
}
