/** Filters of the history, by the names of the API. */
export interface Filters {
  readonly q?: string;
  readonly recipient?: string;
  readonly channel?: string;
  readonly partner?: string;
  readonly solution?: string;
  readonly account?: string;
  readonly rule?: string;
  readonly decision?: string;
  readonly reason?: string;
  readonly outcome?: string;
  readonly slotFrom?: string;
  readonly slotTo?: string;
  readonly from?: string;
  readonly to?: string;
  readonly order?: string;
}

export const HISTORY_FORMATS = ['table', 'json', 'csv', 'ndjson'] as const;

export interface HistoryOptions extends Filters {
  readonly url: string;
  readonly format: (typeof HISTORY_FORMATS)[number];
  /** The same as the format `json`. */
  readonly json?: boolean;
  /** How many entries a table or JSON shows; all of them with `all`. */
  readonly limit: string;
}

export interface SummaryOptions extends Filters {
  readonly url: string;
  readonly json?: boolean;
}
