interface Metric {
  readonly help: string;
  readonly labels: readonly string[];
}

interface HistogramMetric extends Metric {
  readonly buckets: readonly number[];
}

/** Counters: they only increase, and start at 0 with the instance. */
export const COUNTERS = {
  herald_ingested_events_total: {
    help: 'CloudEvents that this instance received',
    labels: ['type', 'result'],
  },
  herald_decisions_total: {
    help: 'Decisions that this instance recorded',
    labels: ['rule', 'decision', 'reason'],
  },
  herald_attempts_total: { help: 'Delivery attempts that this instance started', labels: [] },
  herald_outcomes_total: { help: 'Delivery results that this instance recorded', labels: ['outcome'] },
  herald_feedback_total: {
    help: 'Reports about mails that this instance took or refused',
    labels: ['source', 'result'],
  },
  herald_append_failures_total: {
    help: 'Appends of this instance that the event store refused',
    labels: [],
  },
} as const satisfies Record<string, Metric>;

/** Histograms. */
export const HISTOGRAMS = {
  herald_http_request_duration_seconds: {
    help: 'Time from a request to the end of its response',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  herald_decision_lateness_seconds: {
    help: 'Time from the slot of a raised notification to its decision',
    labels: ['rule'],
    buckets: [1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400, 172_800],
  },
} as const satisfies Record<string, HistogramMetric>;

/** Gauges: the value at the scrape, or at the last look of this instance. */
export const GAUGES = {
  herald_build_info: { help: 'Always 1; the label is the running version', labels: ['version'] },
  herald_health_status: {
    help: '1 for the current status of a part, 0 for the others',
    labels: ['part', 'status'],
  },
  herald_store_up: { help: '1 if the store answered at the last look, else 0', labels: ['store'] },
  herald_projection_behind_events: {
    help: 'Events of the log that are not in the live documents yet',
    labels: ['projection'],
  },
  herald_projection_behind_seconds: {
    help: 'How long the live documents have been behind the log',
    labels: ['projection'],
  },
  herald_parked_documents: {
    help: 'Documents that an event could not be folded into',
    labels: ['projection'],
  },
  herald_rebuilds: { help: 'Latest rebuilds of the projections, by status', labels: ['status'] },
  herald_leases_held: { help: 'Projections whose read model this instance writes', labels: [] },
  herald_due_entries: {
    help: 'Due entries of the agenda, counted up to a bound',
    labels: [],
  },
  herald_due_oldest_seconds: {
    help: 'How long the oldest due entry has been due; 0 if nothing is due',
    labels: [],
  },
  herald_outcome_unknown: {
    help: 'Notifications with an unknown outcome, counted up to a bound',
    labels: [],
  },
  herald_deferred_mails: {
    help: 'Mails that the mail server has deferred for more than a day, counted up to a bound',
    labels: [],
  },
  herald_coverage_shortfall: {
    help: 'Decisions of the last days that the facts ask for and that are missing',
    labels: [],
  },
  herald_coverage_unchecked_seconds: {
    help: 'How long slots have been over whose decisions are not checked yet',
    labels: [],
  },
  herald_breaker_open: { help: '1 while the relay of a channel fails, else 0', labels: ['channel'] },
  herald_senders_held: {
    help: 'Senders whose mails are held because the relay refuses them',
    labels: ['channel'],
  },
  herald_sending_held: { help: '1 while sending is held, else 0', labels: [] },
} as const satisfies Record<string, Metric>;

export type CounterName = keyof typeof COUNTERS;
export type HistogramName = keyof typeof HISTOGRAMS;
export type GaugeName = keyof typeof GAUGES;
