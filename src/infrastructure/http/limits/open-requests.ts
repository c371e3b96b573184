import type { FastifyInstance } from 'fastify';
import { MAX_OPEN_REQUESTS } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';

/** What a load balancer and a monitor ask is always let in: it is answered from memory. */
const ALWAYS = /^\/(health|metrics)(\/|$)/;

/** Refuses requests while as many as may be open are open. */
export const limitOpenRequests = (fastify: FastifyInstance): void => {
  let open = 0;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (ALWAYS.test(request.routeOptions.url ?? '')) return done();
    if (open >= MAX_OPEN_REQUESTS) {
      void reply.header('connection', 'close');
      return done(
        new HeraldError(
          'too-many-open-requests',
          `${MAX_OPEN_REQUESTS} requests are open, which is the limit: retry in a few seconds.`,
        ),
      );
    }
    open += 1;
    reply.raw.once('close', () => {
      open -= 1;
    });
    done();
  });
};
