/** The rates that an operator sets, for each instance. */
export abstract class Rates {
  /** Requests of one principal, or of one address where there is none. */
  abstract readonly requestsPerMinute: number;
}
