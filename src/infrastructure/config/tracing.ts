import { NoTracing, type Tracing } from '../../application/ports/tracing.js';

type Environment = Readonly<Record<string, string | undefined>>;

const TRACES_ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** What is wrong with the address for spans that counts. It quotes no value. */
export function tracingProblems(
  environment: Environment,
): readonly { readonly name: string; readonly message: string }[] {
  const name = environment[TRACES_ENDPOINT] ? TRACES_ENDPOINT : ENDPOINT;
  const endpoint = environment[name];
  if (!endpoint || (/^https?:\/\//i.test(endpoint) && URL.canParse(endpoint))) return [];
  const example = `http://collector:4318${name === TRACES_ENDPOINT ? '/v1/traces' : ''}`;
  return [
    { name, message: `Expected http:// or https:// and the address of a collector, such as ${example}.` },
  ];
}

/** The tracing that OpenTelemetry's own settings configure, or none. They are free of problems. */
export async function tracingOf(environment: Environment): Promise<Tracing> {
  const endpoint = environment[ENDPOINT];
  const url = environment[TRACES_ENDPOINT] || (endpoint && `${endpoint.replace(/\/+$/, '')}/v1/traces`);
  if (!url) return new NoTracing();
  // Loaded only if it is used.
  const { OtlpTracing } = await import('../tracing/otlp-tracing.js');
  return new OtlpTracing(url, environment.OTEL_SERVICE_NAME);
}
