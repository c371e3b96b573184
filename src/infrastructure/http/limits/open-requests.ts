import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MAX_OPEN_REQUESTS, MAX_PUBLIC_OPEN_REQUESTS } from '../../../domain/bounds.js';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import type { Listener } from '../listeners/listeners.js';

/** Requests of load balancers and monitors are always accepted: they are answered from memory. */
const ALWAYS = /^\/(health|metrics)(\/|$)/;

export const isAlwaysAccepted = ({ routeOptions }: FastifyRequest): boolean =>
  ALWAYS.test(routeOptions.url ?? '');

const MOST: Readonly<Record<Listener, number>> = { api: MAX_OPEN_REQUESTS, public: MAX_PUBLIC_OPEN_REQUESTS };

/** Refuses requests while the limit of open requests of their listener is reached. */
export const limitOpenRequests = (fastify: FastifyInstance): void => {
  const open: Record<Listener, number> = { api: 0, public: 0 };
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isAlwaysAccepted(request)) return done();
    const { listener } = request;
    if (open[listener] >= MOST[listener]) {
      void reply.header('connection', 'close');
      return done(
        new HeraldError(
          'too-many-open-requests',
          `The limit of ${MOST[listener]} open requests is reached: retry in a few seconds.`,
        ),
      );
    }
    open[listener] += 1;
    reply.raw.once('close', () => {
      open[listener] -= 1;
    });
    done();
  });
};
