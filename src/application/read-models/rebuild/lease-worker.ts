import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { NonOverlapping } from '../../concurrency/non-overlapping.js';
import { RENEW_MS } from '../../leases/leases.js';
import { Projections } from '../engine/projections.js';
import { RebuildSupervisor } from './rebuild-supervisor.js';

/**
 * Takes over the work of a lost instance, and releases work that another has taken. Leases are renewed elsewhere: see `Leases`.
 */
@Injectable()
export class LeaseWorker {
  readonly #takeover = new NonOverlapping(new Logger(LeaseWorker.name), async () => {
    await this.projections.keepLeases();
    await this.rebuilds.keepLease();
  });

  constructor(
    private readonly projections: Projections,
    private readonly rebuilds: RebuildSupervisor,
  ) {}

  @Interval(RENEW_MS)
  async keep(): Promise<void> {
    await this.#takeover.again();
  }
}
