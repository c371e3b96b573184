import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Complaint } from '../complaint.js';
import { Projections } from '../projections/projections.js';
import { Replays } from '../replay/replays.js';
import { RENEW_MS } from './leases.js';

/** Keeps this Herald's part of the work, and takes over what another has left. */
@Injectable()
export class Keeper {
  readonly #complaint = new Complaint(new Logger(Keeper.name));
  #isBusy = false;

  constructor(
    private readonly projections: Projections,
    private readonly replays: Replays,
  ) {}

  @Interval(RENEW_MS)
  async keep(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.projections.keepLeases();
      await this.replays.keepLease();
      this.#complaint.over();
    } catch (error) {
      this.#complaint.about(error);
    } finally {
      this.#isBusy = false;
    }
  }
}
