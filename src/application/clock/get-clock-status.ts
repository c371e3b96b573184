import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/kernel/event.js';
import { BelievedClock } from './believed-clock.js';
import { ClockGuard } from './clock-guard.js';
import type { Dated } from './clock-records.js';

/** What the clock says, and whether it is believed. */
export interface ClockStatus {
  /** What the machine's clock says. */
  readonly now: Instant;
  readonly trusted: boolean;
  /** While it is not believed: the expected moment, which is used for dates. */
  readonly expected?: Instant;
  /** While it is not believed: whether only an operator can confirm it. */
  readonly needsConfirmation?: boolean;
  /** An event recorded at a future moment: the clock is behind, or the event has a wrong date. */
  readonly behind?: Dated;
}

/** What the clock says, and whether it is believed. */
export class GetClockStatus extends Query<ClockStatus> {}

@QueryHandler(GetClockStatus)
export class GetClockStatusHandler implements IQueryHandler<GetClockStatus> {
  constructor(
    private readonly clock: BelievedClock,
    private readonly guard: ClockGuard,
  ) {}

  async execute(): Promise<ClockStatus> {
    const doubt = this.clock.doubt();
    const now = this.clock.machineNow();
    if (doubt) {
      const { expected, needsConfirmation } = doubt;
      return { now, trusted: false, expected, needsConfirmation };
    }
    const behind = this.guard.behind();
    return { now, trusted: true, ...(behind ? { behind } : {}) };
  }
}
