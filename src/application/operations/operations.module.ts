import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { LeasesModule } from '../leases/leases.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { Backlog } from './backlog.js';
import { DeferredMails } from './deferred-mails.js';
import { Doubts } from './doubts.js';
import { EventMetrics } from './event-metrics.js';
import { EventTraces } from './event-traces.js';
import { GetHealthHandler } from './get-health.js';
import { GetWorkersHandler } from './get-workers.js';
import { HealthLog } from './health-log.js';
import { HealthMetrics } from './health-metrics.js';
import { ListSettingsHandler } from './list-settings.js';
import { OutcomeLog } from './outcome-log.js';
import { ReadModelsHealth } from './read-models-health.js';
import { RebuildLog } from './rebuild-log.js';
import { StoreProbe } from './store-probe.js';

/** What operators see: health, metrics, traces and the log. It watches the other features, and none of them knows it. */
@Module({
  imports: [AggregatesModule, ClockModule, DecisionsModule, DeliveryModule, LeasesModule, ReadModelsModule],
  providers: [
    StoreProbe,
    ReadModelsHealth,
    Backlog,
    Doubts,
    DeferredMails,
    EventMetrics,
    HealthMetrics,
    GetHealthHandler,
    GetWorkersHandler,
    ListSettingsHandler,
    EventTraces,
    HealthLog,
    OutcomeLog,
    RebuildLog,
  ],
})
export class OperationsModule {}
