/** The rates that an operator sets, for each instance. */
export abstract class Rates {
  /** Requests of one principal, or of one address where there is none. */
  abstract readonly requestsPerMinute: number;
  /** Events of one publisher, whether they are taken or refused. */
  abstract readonly eventsPerMinute: number;
  abstract readonly eventsPerDay: number;
  /** Messages of one solution. */
  abstract readonly mailsPerHour: number;
}
