import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import { Metrics } from './application/ports/metrics.js';
import { Ticker } from './application/schedule/ticker.js';
import { ignoredSettings, unreachableLinks } from './infrastructure/config/advice.js';
import { allowedHostsOf } from './infrastructure/config/allowed-hosts.js';
import { type Config, readConfig } from './infrastructure/config/config.js';
import { tracingOf } from './infrastructure/config/tracing.js';
import { requireUsableSettings } from './infrastructure/config/usable-settings.js';
import { requireConfiguredAccess } from './infrastructure/http/access/configured-access.js';
import { requireDeclaredAccess } from './infrastructure/http/access/declared-access.js';
import { guardRequests } from './infrastructure/http/browsers/guard-requests.js';
import { serveDocs } from './infrastructure/http/docs/docs.js';
import { httpAdapter } from './infrastructure/http/http-adapter.js';
import { limitOpenRequests } from './infrastructure/http/limits/open-requests.js';
import { freed, occupied } from './infrastructure/http/listeners/listenable.js';
import { separateListeners } from './infrastructure/http/listeners/listeners.js';
import { observeRequests } from './infrastructure/http/observability/observe-requests.js';
import { secureHeaders } from './infrastructure/http/security-headers.js';
import { createLogger, PinoLogger } from './infrastructure/logging/pino-logger.js';
import { redactUrl } from './infrastructure/logging/redact-url.js';
import { isFirstProcess } from './infrastructure/process/end-by-signal.js';
import { boundHeapGrowth } from './infrastructure/process/heap.js';
import { listenFailure } from './start-failure.js';

export interface Herald {
  /** Where the API listens, without a slash at its end. */
  readonly url: string;
  /** Where the public listener listens; undefined if there is none. */
  readonly publicUrl: string | undefined;
  readonly app: NestFastifyApplication;
  readonly config: Config;
  /** Ends without losing anything. */
  stop(): Promise<void>;
}

/**
 * Starts Herald with settings as the environment holds them.
 * @throws HeraldError `invalid-configuration`, `mail-configuration`, `invalid-secret`, `event-store-unavailable`,
 * `log-damaged`, `test-log`, `real-log`,
 * `address-in-use`, `cannot-listen`.
 */
export async function startHerald(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Herald> {
  boundHeapGrowth();
  const config = readConfig(environment);
  await requireUsableSettings(config);
  await requireListeners(config);
  const logger = createLogger(config.HERALD_LOG_LEVEL);
  const tracing = await tracingOf(environment);
  for (const advice of [ignoredSettings(environment), unreachableLinks(config)])
    if (advice) logger.warn(advice);
  const adapter = httpAdapter(config.HERALD_TRUSTED_PROXIES);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config, tracing), adapter, {
    bodyParser: false,
    logger: new PinoLogger(logger),
    abortOnError: false,
  });
  observeRequests(adapter.getInstance(), { logger, metrics: app.get(Metrics), tracing });
  await secureHeaders(app);
  limitOpenRequests(adapter.getInstance());
  guardRequests(adapter.getInstance(), allowedHostsOf(config));
  separateListeners(adapter.getInstance(), config.HERALD_PUBLIC_PORT !== undefined);
  serveDocs(app, config.HERALD_CLOCK === 'test');
  let publicUrl: string | undefined;
  try {
    requireDeclaredAccess(app);
    await requireConfiguredAccess(app);
    await app.listen({ host: config.HERALD_HOST, port: config.HERALD_PORT }).catch((error) => {
      throw listenFailure(error);
    });
    publicUrl = await listenToPublic(config, adapter.getInstance()).catch((error) => {
      throw listenFailure(error, 'HERALD_PUBLIC');
    });
    // Until here a signal ends the process at once: no mail is in flight, and all that was accepted is in the log.
    app.enableShutdownHooks([], { useProcessExit: isFirstProcess });
    app.get(Ticker).start();
  } catch (error) {
    // Whatever runs already would keep the process alive.
    await app.close();
    throw error;
  }
  const url = (await app.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost');
  logger.info(
    { url, publicUrl, clock: config.HERALD_CLOCK, mail: redactUrl(config.HERALD_MAIL) },
    'listening',
  );
  return { url, publicUrl, app, config, stop: () => app.close() };
}

/**
 * Occupies both addresses at once, because 127.0.0.1 and 0.0.0.0 cannot have the same port.
 * @throws HeraldError `address-in-use`, `cannot-listen`.
 */
async function requireListeners(config: Config): Promise<void> {
  const { HERALD_HOST, HERALD_PORT, HERALD_PUBLIC_HOST = HERALD_HOST, HERALD_PUBLIC_PORT } = config;
  const api = await occupied(HERALD_HOST, HERALD_PORT).catch((error) => {
    throw listenFailure(error);
  });
  try {
    if (HERALD_PUBLIC_PORT !== undefined) await freed(await occupied(HERALD_PUBLIC_HOST, HERALD_PUBLIC_PORT));
  } catch (error) {
    throw listenFailure(error, 'HERALD_PUBLIC');
  } finally {
    await freed(api);
  }
}

/** Opens the public listener, if there is to be one. @returns where it listens. */
async function listenToPublic(
  { HERALD_HOST, HERALD_PUBLIC_HOST = HERALD_HOST, HERALD_PUBLIC_PORT }: Config,
  { publicListener }: FastifyInstance,
): Promise<string | undefined> {
  if (HERALD_PUBLIC_PORT === undefined) return undefined;
  const { address, family, port } = await publicListener.listen(HERALD_PUBLIC_HOST, HERALD_PUBLIC_PORT);
  if (address === '127.0.0.1' || address === '::1') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
