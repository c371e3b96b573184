import { Module } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ClockModule } from '../../application/clock/clock.module.js';
import { CoverageModule } from '../../application/coverage/coverage.module.js';
import { DeliveryModule } from '../../application/delivery/delivery.module.js';
import { Health } from '../../application/health/health.js';
import { IngestModule } from '../../application/ingest/ingest.module.js';
import { Inbox } from '../../application/ports/inbox.js';
import { ReadModelsModule } from '../../application/read-models/read-models.module.js';
import { ScheduleModule } from '../../application/schedule/schedule.module.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { inboxOf } from '../config/inbox.js';
import { Lifecycle, STOP_WITHIN } from './lifecycle.js';
import { LifecycleLog } from './lifecycle-log.js';

/** The start and shutdown of an instance. */
@Module({
  imports: [ClockModule, CoverageModule, DeliveryModule, IngestModule, ReadModelsModule, ScheduleModule],
  providers: [
    { provide: Inbox, useFactory: inboxOf, inject: [CONFIG, CommandBus, Health] },
    {
      provide: STOP_WITHIN,
      useFactory: ({ HERALD_STOP_WITHIN }: Config) => HERALD_STOP_WITHIN * 1_000,
      inject: [CONFIG],
    },
    Lifecycle,
    LifecycleLog,
  ],
})
export class ProcessModule {}
