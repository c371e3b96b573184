/** The attributes of a span. Bounded and impersonal: ids, rules and outcomes, never names or addresses. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that was started and must be ended. */
export interface OpenSpan {
  /** Runs work with this span as the active one. */
  run<T>(work: () => T): T;
  end(name: string, attributes: SpanAttributes, failed: boolean): void;
}

/** OpenTelemetry spans that show where time is spent between a CloudEvent and its mail. */
export abstract class Tracing {
  /**
   * Runs work within a span below the active one. An error of the work is recorded and rethrown.
   * @param causedBy the id of the event that the work follows from, if that was recorded earlier or by another instance; the
   * span belongs to the trace of that event.
   * @returns what the work returns.
   */
  abstract span<T>(
    name: string,
    attributes: SpanAttributes,
    work: () => Promise<T>,
    causedBy?: string,
  ): Promise<T>;

  /**
   * Starts the span of an incoming request.
   * @param traceparent as the client sent it (W3C Trace Context); any other text is ignored.
   */
  abstract startRequest(traceparent: string | undefined): OpenSpan;

  /** Notes a recorded event: everything that it causes, soon or in months, joins its trace by its id. */
  abstract recorded(eventId: string, type: string): void;
}

/** Runs the work without tracing. */
export class NoTracing extends Tracing {
  override span<T>(_name: string, _attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    return work();
  }

  override startRequest(): OpenSpan {
    return NO_SPAN;
  }

  override recorded(): void {
    // No tracing: nothing to note.
  }
}

const NO_SPAN: OpenSpan = {
  run: (work) => work(),
  end: () => undefined,
};
