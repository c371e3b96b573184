import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  type ReadableSpan,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { LogOnce } from '../../application/concurrency/log-once.js';
import { type OpenSpan, type SpanAttributes, Tracing } from '../../application/ports/tracing.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { version } from '../../version.js';

/** Spans not exported within this time at shutdown are dropped. */
const FLUSH_WITHIN_MS = 1_000;

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * Spans over OTLP. The log records causes by id, so the trace of an event is derived from its id: a decision joins it months
 * later, on any instance, without stored state.
 */
@Injectable()
export class OtlpTracing extends Tracing implements OnApplicationShutdown {
  readonly #active = new AsyncLocalStorage<SpanContext>();
  readonly #ids = new GivenIds();
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;

  /** @param url where spans are posted, such as `http://localhost:4318/v1/traces`. */
  constructor(url: string, serviceName = 'herald') {
    super();
    const exporter = reporting(new OTLPTraceExporter({ url }));
    this.#provider = new TracerProvider({
      idGenerator: this.#ids,
      resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    this.#tracer = this.#provider.getTracer('herald', version);
  }

  override span<T>(
    name: string,
    attributes: SpanAttributes,
    work: () => Promise<T>,
    causedBy?: string,
  ): Promise<T> {
    const active = this.#active.getStore();
    const parent = causedBy ? contextOf(idsOf(causedBy)) : active;
    return this.#within(this.#start(name, attributes, parent, causedBy ? active : undefined), work);
  }

  override recorded(eventId: string, type: string): void {
    const attributes = { 'herald.event_id': eventId };
    this.#ids.given = idsOf(eventId);
    this.#start(`record ${type}`, attributes, undefined, this.#active.getStore()).end();
    this.#ids.given = undefined;
  }

  override startRequest(traceparent: string | undefined): OpenSpan {
    const span = this.#start('request', {}, parsedTraceparent(traceparent), undefined, SpanKind.SERVER);
    return {
      run: (work) => this.#active.run(span.spanContext(), work),
      end: (name, attributes, failed) => {
        span.updateName(name);
        span.setAttributes({ ...attributes });
        if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  async onApplicationShutdown(): Promise<void> {
    const over = new AbortController();
    const late = wait(FLUSH_WITHIN_MS, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([this.#provider.shutdown().catch(() => undefined), late]);
    over.abort();
  }

  #start(
    name: string,
    attributes: SpanAttributes,
    parent: SpanContext | undefined,
    link: SpanContext | undefined,
    kind = SpanKind.INTERNAL,
  ): Span {
    const links = link ? [{ context: link }] : [];
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
    return this.#tracer.startSpan(name, { kind, attributes: { ...attributes }, links }, context);
  }

  async #within<T>(span: Span, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#active.run(span.spanContext(), work);
    } catch (error) {
      // Messages may name people: only the kind of the error is exported.
      const message = error instanceof HeraldError ? error.code : 'internal-error';
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  }
}

/** Generates random ids, except for a span that starts with given ids. */
class GivenIds implements IdGenerator {
  given: Ids | undefined;

  generateTraceId(): string {
    return this.given?.traceId ?? randomBytes(16).toString('hex');
  }

  generateSpanId(): string {
    return this.given?.spanId ?? randomBytes(8).toString('hex');
  }
}

const idsOf = (eventId: string): Ids => {
  const hash = createHash('sha256').update(eventId).digest('hex');
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) };
};

const contextOf = (ids: Ids): SpanContext => ({ ...ids, traceFlags: TraceFlags.SAMPLED, isRemote: true });

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

const parsedTraceparent = (text: string | undefined): SpanContext | undefined => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text ?? '') ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
};

/** Logs once that spans cannot be exported. */
const reporting = (exporter: SpanExporter): SpanExporter => {
  const complaint = new LogOnce(new Logger(OtlpTracing.name));
  return {
    export: (spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]) =>
      exporter.export(spans, (result) => {
        if (result.code === 0) complaint.over();
        else complaint.about(new Error('Spans cannot be exported to OTEL_EXPORTER_OTLP_ENDPOINT.'));
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
};
