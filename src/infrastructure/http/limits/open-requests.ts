import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MAX_OPEN_REQUESTS } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';

/** Requests of load balancers and monitors are always accepted: they are answered from memory. */
const ALWAYS = /^\/(health|metrics)(\/|$)/;

export const isAlwaysAccepted = ({ routeOptions }: FastifyRequest): boolean =>
  ALWAYS.test(routeOptions.url ?? '');

/** Refuses requests while the limit of open requests is reached. */
export const limitOpenRequests = (fastify: FastifyInstance): void => {
  let open = 0;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isAlwaysAccepted(request)) return done();
    if (open >= MAX_OPEN_REQUESTS) {
      void reply.header('connection', 'close');
      return done(
        new HeraldError(
          'too-many-open-requests',
          `The limit of ${MAX_OPEN_REQUESTS} open requests is reached: retry in a few seconds.`,
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
