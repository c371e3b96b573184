import { Injectable } from '@nestjs/common';
import { SendingHold } from '../delivery/sending-hold.js';
import { Health, type HealthStatus } from '../health/health.js';
import { Metrics } from '../ports/metrics.js';
import { healthReport } from './health-report.js';

const STATUSES = ['ok', 'degraded', 'down'] as const satisfies readonly HealthStatus[];

/** The health of each part, and whether sending is held, as metrics. */
@Injectable()
export class HealthMetrics {
  constructor(health: Health, hold: SendingHold, metrics: Metrics) {
    metrics.measure('herald_sending_held', () => [{ value: hold.isHeld ? 1 : 0 }]);
    metrics.measure('herald_health_status', () =>
      healthReport(health).parts.flatMap(({ part, status }) =>
        STATUSES.map((one) => ({ labels: { part, status: one }, value: one === status ? 1 : 0 })),
      ),
    );
  }
}
