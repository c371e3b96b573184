/** What a span says of itself. Bounded and impersonal: ids, rules and outcomes, never names or addresses. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that was begun and is to be ended. */
export interface OpenSpan {
  /** Does work with this span as the active one. */
  run<T>(work: () => T): T;
  end(name: string, attributes: SpanAttributes, failed: boolean): void;
}

/** Where the time goes between a CloudEvent and its mail, as spans of OpenTelemetry. */
export abstract class Tracing {
  /**
   * Does work within a span, below the span that is active. What the work throws is recorded and thrown on.
   * @param causedBy the id of the event that the work follows from, where that was recorded earlier or by another
   * instance: the span belongs to the trace of that event.
   * @returns what the work returns.
   */
  abstract span<T>(
    name: string,
    attributes: SpanAttributes,
    work: () => Promise<T>,
    causedBy?: string,
  ): Promise<T>;

  /**
   * Begins the span of a request from outside.
   * @param traceparent as the client sent it (W3C Trace Context); any other text is ignored.
   */
  abstract startRequest(traceparent: string | undefined): OpenSpan;

  /** Notes that an event was recorded: what it causes, soon or in months, joins its trace by its id. */
  abstract recorded(eventId: string, type: string): void;
}

/** Only does the work. */
export class NoTracing extends Tracing {
  override span<T>(_name: string, _attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    return work();
  }

  override startRequest(): OpenSpan {
    return NO_SPAN;
  }

  override recorded(): void {
    // Nobody looks.
  }
}

const NO_SPAN: OpenSpan = {
  run: (work) => work(),
  end: () => undefined,
};
