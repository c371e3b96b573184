interface Metric {
  readonly help: string;
  readonly labels: readonly string[];
}

interface HistogramMetric extends Metric {
  readonly buckets: readonly number[];
}

/** Counters: they only grow, and begin at 0 when an instance starts. */
export const COUNTERS = {
  herald_ingested_events_total: {
    help: 'CloudEvents that this instance was given',
    labels: ['type', 'result'],
  },
  herald_decisions_total: {
    help: 'Decisions that this instance recorded',
    labels: ['rule', 'decision', 'reason'],
  },
  herald_attempts_total: { help: 'Delivery attempts that this instance began', labels: [] },
  herald_outcomes_total: { help: 'Results of delivery that this instance recorded', labels: ['outcome'] },
  herald_append_failures_total: {
    help: 'Appends of this instance that the event store did not take',
    labels: [],
  },
} as const satisfies Record<string, Metric>;

/** Histograms. */
export const HISTOGRAMS = {
  herald_http_request_duration_seconds: {
    help: 'Time from a request to the end of its answer',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  herald_decision_lateness_seconds: {
    help: 'Time from the slot of a raised notification to its decision',
    labels: ['rule'],
    buckets: [1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400, 172_800],
  },
} as const satisfies Record<string, HistogramMetric>;

/** Gauges: what is so at the moment of the scrape, or at the last look of this instance. */
export const GAUGES = {
  herald_build_info: { help: 'Always 1; the label says which version runs', labels: ['version'] },
  herald_health_status: {
    help: '1 for the status that a part has, 0 for the others',
    labels: ['part', 'status'],
  },
  herald_store_up: { help: '1 if the store answered at the last look, else 0', labels: ['store'] },
  herald_projection_behind_events: {
    help: 'Events of the log that are not in the live documents yet',
    labels: ['projection'],
  },
  herald_projection_behind_seconds: {
    help: 'For how long the live documents have been behind the log',
    labels: ['projection'],
  },
  herald_parked_documents: {
    help: 'Documents that an event could not be folded into',
    labels: ['projection'],
  },
  herald_rebuilds: { help: 'Latest rebuilds of the projections, by status', labels: ['status'] },
  herald_leases_held: { help: 'Projections whose read model this instance writes', labels: [] },
  herald_due_entries: {
    help: 'Entries of the agenda that are due and not done, counted up to a bound',
    labels: [],
  },
  herald_due_oldest_seconds: {
    help: 'For how long the entry that waits longest has been due; 0 when nothing is due',
    labels: [],
  },
  herald_outcomes_unknown: {
    help: 'Notifications whose outcome nobody knows, counted up to a bound',
    labels: [],
  },
  herald_sending_held: { help: '1 while no mail is sent until an operator decides, else 0', labels: [] },
} as const satisfies Record<string, Metric>;

export type CounterName = keyof typeof COUNTERS;
export type HistogramName = keyof typeof HISTOGRAMS;
export type GaugeName = keyof typeof GAUGES;
