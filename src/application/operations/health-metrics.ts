import { Injectable } from '@nestjs/common';
import { DeliveryWorkers } from '../delivery/delivery-workers.js';
import { SendingHold } from '../delivery/sending-hold.js';
import { Health, type HealthStatus } from '../health/health.js';
import { Metrics } from '../ports/metrics.js';
import { healthReport } from './health-report.js';

const STATUSES = ['ok', 'degraded', 'down'] as const satisfies readonly HealthStatus[];

/** The health of each part, and what holds sending, as metrics. */
@Injectable()
export class HealthMetrics {
  constructor(health: Health, hold: SendingHold, deliveries: DeliveryWorkers, metrics: Metrics) {
    metrics.measure('herald_breaker_open', () =>
      deliveries.gates.map(({ channel, outage }) => ({ labels: { channel }, value: outage ? 1 : 0 })),
    );
    metrics.measure('herald_senders_held', () =>
      deliveries.gates.map(({ channel, heldSenders }) => ({
        labels: { channel },
        value: heldSenders.length,
      })),
    );
    metrics.measure('herald_sending_held', () => [{ value: hold.isHeld ? 1 : 0 }]);
    metrics.measure('herald_health_status', () =>
      healthReport(health).parts.flatMap(({ part, status }) =>
        STATUSES.map((one) => ({ labels: { part, status: one }, value: one === status ? 1 : 0 })),
      ),
    );
  }
}
