import { NoTracing, type Tracing } from '../../application/ports/tracing.js';

/** The tracing that OpenTelemetry's own settings configure, or none. */
export async function tracingOf({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: tracesEndpoint,
  OTEL_SERVICE_NAME: serviceName,
}: Readonly<Record<string, string | undefined>>): Promise<Tracing> {
  const url = tracesEndpoint || (endpoint && `${endpoint.replace(/\/+$/, '')}/v1/traces`);
  if (!url) return new NoTracing();
  // Loaded only if it is used.
  const { OtlpTracing } = await import('../tracing/otlp-tracing.js');
  return new OtlpTracing(url, serviceName);
}
