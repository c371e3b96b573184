import { Injectable } from '@nestjs/common';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { Projections } from '../read-models/engine/projections.js';

/** Whether the read models follow the log, and whether documents of them are parked. */
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
    const troubles = this.projections.troubles();
    return [
      troubles.length > 0 ? { part, status: 'degraded', says: troubles.join(' ') } : { part, status: 'ok' },
    ];
  }
}
