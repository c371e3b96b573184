import { Injectable } from '@nestjs/common';
import { PROJECTIONS } from '../projections/all.js';
import { Projections } from '../projections/projections.js';
import { Health, type HealthSource, type PartHealth } from './health.js';

/** Whether the read models follow the log. */
@Injectable()
export class ReadModelsHealth implements HealthSource {
  constructor(
    private readonly projections: Projections,
    health: Health,
  ) {
    health.register(this);
  }

  health(): readonly PartHealth[] {
    const part = 'read-models';
    try {
      this.projections.requireFollowing();
    } catch {
      const says =
        'The read models do not follow the log: a store does not answer as it should. The log of this instance says why; Herald tries again by itself.';
      return [{ part, status: 'down', says }];
    }
    const parked = PROJECTIONS.filter(({ name }) => this.projections.projector(name)?.parked).map(
      ({ name }) => name,
    );
    if (parked.length === 0) return [{ part, status: 'ok' }];
    const says = `An event cannot be folded, so these stand still: ${parked.join(', ')}. Look at GET /v1/projections, then retry or replay them.`;
    return [{ part, status: 'degraded', says }];
  }
}
