import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Repeated } from '../../concurrency/non-overlapping.js';
import { RENEW_MS } from '../../leases/leases.js';
import { Projections } from '../engine/projections.js';
import { Replays } from './rebuilds.js';

/** Takes over the work that another instance has left, and lets go of what another has taken. Renewing is not done here: see `Leases`. */
@Injectable()
export class Keeper {
  readonly #turns = new Repeated(new Logger(Keeper.name), async () => {
    await this.projections.keepLeases();
    await this.replays.keepLease();
  });

  constructor(
    private readonly projections: Projections,
    private readonly replays: Replays,
  ) {}

  @Interval(RENEW_MS)
  async keep(): Promise<void> {
    await this.#turns.again();
  }
}
