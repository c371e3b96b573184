import { Injectable } from '@nestjs/common';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { Projections } from '../read-models/engine/projections.js';

/** Reports whether the read models follow the log, and whether documents are parked. */
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
        'The read models do not follow the log because a store fails. See the log of this instance for the reason; Herald retries automatically.';
      return [{ part, status: 'down', says }];
    }
    const troubles = this.projections.troubles();
    return [
      troubles.length > 0 ? { part, status: 'degraded', says: troubles.join(' ') } : { part, status: 'ok' },
    ];
  }
}
