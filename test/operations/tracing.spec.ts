import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent, aPost } from '../http/events.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { SMALL_WORLD } from '../http/small-world.js';
import { until } from '../replay/running.js';

interface SpanRecord {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly SpanRecord[] }[];
  }[];
}

/** Takes what an exporter sends over OTLP/HTTP as JSON. */
const startReceiver = async () => {
  const spans: SpanRecord[] = [];
  let texts = '';
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      texts += body;
      const { resourceSpans } = JSON.parse(body) as Export;
      for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ spans, texts: () => texts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    close: () => server.close(),
  };
};

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let herald: TestHerald;
beforeAll(async () => {
  receiver = await startReceiver();
  herald = await startTestHerald({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
});
afterAll(() => receiver.close());

const CLIENT_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

it('Spans lead from the CloudEvent to the mail', async () => {
  await herald.publishAll(SMALL_WORLD);
  await herald.publish(aPost('post', { partnerId: 'nordlicht' }));
  await herald.send('/v1/events', {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents+json',
      traceparent: `00-${CLIENT_TRACE}-00f067aa0ba902b7-01`,
    },
    body: JSON.stringify(anEvent('now', 'digest.requested', { userId: 'ada', partnerId: 'nordlicht' })),
  });
  await until(
    () => herald.events(),
    (events) => events.some(({ type }) => type === 'Accepted'),
  );
  await herald.stop();

  const { spans } = receiver;
  const requests = spans.filter(({ name }) => name === 'POST /v1/events');
  const request = requests.find(({ traceId }) => traceId === CLIENT_TRACE);
  expect(request?.parentSpanId).toBe('00f067aa0ba902b7');

  const recorded = spans.find(
    ({ name, links }) => name === 'record DigestRequested' && links?.[0]?.spanId === request?.spanId,
  );
  expect(recorded).toBeDefined();
  const following = spans.filter(({ traceId }) => traceId === recorded?.traceId).map(({ name }) => name);
  expect(following).toEqual(expect.arrayContaining(['record DigestRequested', 'decide', 'deliver']));
  const delivery = spans.find(({ name, traceId }) => name === 'deliver' && traceId === recorded?.traceId);
  expect(delivery?.parentSpanId).toBe(recorded?.spanId);
  expect(delivery?.attributes).toContainEqual({
    key: 'herald.rule',
    value: { stringValue: 'content-needs-approval' },
  });
});

it('No span names anybody', () => {
  for (const word of ['ada@nordlicht.example', 'A first look', 'Nordlicht', 'Spring'])
    expect(receiver.texts()).not.toContain(word);
});

it('Without an endpoint nothing of OpenTelemetry is loaded', async () => {
  const { tracingOf } = await import('../../src/infrastructure/config/tracing.js');
  const { NoTracing } = await import('../../src/application/ports/tracing.js');
  expect(await tracingOf({})).toBeInstanceOf(NoTracing);
});
