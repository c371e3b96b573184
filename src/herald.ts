import 'reflect-metadata';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { AppModule } from './app.module.js';
import { Metrics } from './application/operations/metrics.js';
import { MAX_UNSUBSCRIBE_BODY_BYTES } from './domain/bounds.js';
import { ignoredSettings, unreachableLinks } from './infrastructure/config/advice.js';
import { type Config, readConfig } from './infrastructure/config/config.js';
import { tracingOf } from './infrastructure/config/tracing.js';
import { serveDocs } from './infrastructure/http/docs.js';
import { limitBodies, takeBodiesAsText } from './infrastructure/http/json-body.js';
import { observeRequests } from './infrastructure/http/observe-requests.js';
import { PROBLEM_TYPE, problem } from './infrastructure/http/problem.js';
import { createLogger, PinoLogger } from './infrastructure/pino-logger.js';
import { shownUrl } from './infrastructure/shown-url.js';
import { listenFailure } from './start-failure.js';

/** A batch of the most events that one request may hold, each of a usual size. */
const LARGEST_BODY = 8 * 1024 * 1024;

export interface Herald {
  /** Where it listens, without a slash at its end. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly config: Config;
  /** Ends without losing anything. */
  stop(): Promise<void>;
}

/**
 * Starts Herald with settings as the environment holds them.
 * @throws HeraldError `invalid-configuration`, `mail-configuration`, `invalid-secret`, `event-store-unavailable`,
 * `address-in-use`, `cannot-listen`.
 */
export async function startHerald(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Herald> {
  const config = readConfig(environment);
  const logger = createLogger(config.HERALD_LOG_LEVEL);
  const tracing = await tracingOf(environment);
  for (const advice of [ignoredSettings(environment), unreachableLinks(config)])
    if (advice) logger.warn(advice);
  const adapter = new FastifyAdapter({
    bodyLimit: LARGEST_BODY,
    routerOptions: { maxParamLength: 1024 },
    // What Fastify refuses before it asks Nest.
    frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) => {
      const found = problem(404, 'not-found', `${error.message}. The routes are at /docs.`);
      void reply.status(404).header('content-type', PROBLEM_TYPE).send(found);
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config, tracing), adapter, {
    bodyParser: false,
    logger: new PinoLogger(logger),
    abortOnError: false,
  });
  takeBodiesAsText(adapter.getInstance());
  limitBodies(adapter.getInstance(), '/v1/unsubscribe', MAX_UNSUBSCRIBE_BODY_BYTES);
  observeRequests(adapter.getInstance(), { logger, metrics: app.get(Metrics), tracing });
  await app.register(helmet, { contentSecurityPolicy: false });
  serveDocs(app, config.HERALD_CLOCK === 'test');
  app.enableShutdownHooks();
  try {
    await app.listen({ host: config.HERALD_HOST, port: config.HERALD_PORT });
  } catch (error) {
    // Whatever runs already would keep the process alive.
    await app.close();
    throw listenFailure(error);
  }
  const url = (await app.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost');
  logger.info({ url, clock: config.HERALD_CLOCK, mail: shownUrl(config.HERALD_MAIL) }, 'listening');
  return { url, app, config, stop: () => app.close() };
}
