import type { FastifyInstance } from 'fastify';
import { HeraldError } from '../../../domain/kernel/herald-error.js';
import { PublicListener } from './public-listener.js';

/** The two listeners of an instance: for the platform and operators, and for people and mail providers outside. */
export type Listener = 'api' | 'public';

declare module 'fastify' {
  interface FastifyInstance {
    readonly publicListener: PublicListener;
  }
  interface FastifyRequest {
    /** Where it arrived. */
    readonly listener: Listener;
  }
  interface FastifyContextConfig {
    /** Which listener serves a route; without it, the API alone. */
    readonly servedAt?: 'public' | 'both';
  }
}

/** Gives an instance its second listener, which does not listen yet, and ends it together with the first. */
export const addPublicListener = (fastify: FastifyInstance): void => {
  const publicListener = new PublicListener((request, reply) => fastify.routing(request, reply));
  fastify.decorate('publicListener', publicListener);
  fastify.decorateRequest('listener', {
    getter() {
      return publicListener.received(this.raw) ? 'public' : 'api';
    },
  });
  fastify.addHook('preClose', () => publicListener.close());
};

/**
 * The one place that decides which listener serves a route. What it does not serve is as if it did not exist.
 * @param isPublicSeparate whether the public listener is used; otherwise the API serves all routes.
 */
export const separateListeners = (fastify: FastifyInstance, isPublicSeparate: boolean): void => {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { servedAt } = request.routeOptions.config;
    if (request.listener === 'public')
      return servedAt ? done() : done(new HeraldError('not-found', 'There is nothing at this address.'));
    if (servedAt === 'public' && isPublicSeparate)
      return done(
        new HeraldError(
          'not-found',
          'This page is served at HERALD_PUBLIC_PORT only, at which recipients reach it.',
        ),
      );
    done();
  });
};
