import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import type { Metrics } from '../../src/application/ports/metrics.js';
import { NoTracing } from '../../src/application/ports/tracing.js';
import { observeRequests } from '../../src/infrastructure/http/observability/observe-requests.js';
import { currentRequest } from '../../src/infrastructure/logging/request-context.js';

/** A server whose one route waits for `go`, and notes the request that it works on before and after it. */
const started = async () => {
  const seen: (string | undefined)[] = [];
  let go: () => void = () => undefined;
  const going = new Promise<void>((resolve) => {
    go = resolve;
  });
  const app = Fastify();
  const metrics = { observe: () => undefined } as unknown as Metrics;
  observeRequests(app, { logger: pino({ level: 'silent' }), metrics, tracing: new NoTracing() });
  app.get('/', async (asked) => {
    seen.push(currentRequest()?.correlationId);
    asked.raw.socket.once('close', () => setImmediate(go));
    if (asked.headers['x-wait'] !== undefined) await going;
    seen.push(currentRequest()?.correlationId);
    return {};
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, seen };
};

it('All work on a request knows its id', async () => {
  const { url, seen } = await started();
  await fetch(url, { headers: { 'x-request-id': 'one' } });
  expect(seen).toEqual(['one', 'one']);
});

it('A request that its client gives up is over', async () => {
  const { url, seen } = await started();
  const given = request(url, { headers: { 'x-request-id': 'two', 'x-wait': 'yes' } }).end();
  given.on('error', () => undefined);
  await expect.poll(() => seen).toEqual(['two']);
  given.destroy();
  await expect.poll(() => seen).toEqual(['two', undefined]);
});
