import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessModule } from './application/access/access.module.js';
import { AccessLogModule } from './application/access-log/access-log.module.js';
import { AggregatesModule } from './application/aggregates/aggregates.module.js';
import { AuditModule } from './application/audit/audit.module.js';
import { ClockModule } from './application/clock/clock.module.js';
import { CoverageModule } from './application/coverage/coverage.module.js';
import { DecisionsModule } from './application/decisions/decisions.module.js';
import { DeliveryModule } from './application/delivery/delivery.module.js';
import { FeedbackModule } from './application/feedback/feedback.module.js';
import { HealthModule } from './application/health/health.module.js';
import { IngestModule } from './application/ingest/ingest.module.js';
import { LeasesModule } from './application/leases/leases.module.js';
import { MailsModule } from './application/mails/mails.module.js';
import { OperationsModule } from './application/operations/operations.module.js';
import type { Tracing } from './application/ports/tracing.js';
import { ReadModelsModule } from './application/read-models/read-models.module.js';
import { ScheduleModule } from './application/schedule/schedule.module.js';
import { SubscriptionsModule } from './application/subscriptions/subscriptions.module.js';
import { AdaptersModule } from './infrastructure/adapters.module.js';
import type { Config } from './infrastructure/config/config.js';
import { configModuleOf } from './infrastructure/config/config.module.js';
import { ConsoleModule } from './infrastructure/console/console.module.js';
import { HttpModule } from './infrastructure/http/http.module.js';
import { ProcessModule } from './infrastructure/process/process.module.js';

/** Puts an instance together. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class AppModule {
  static for(config: Config, tracing: Tracing): DynamicModule {
    const isTest = config.HERALD_CLOCK === 'test';
    return {
      module: AppModule,
      imports: [
        CqrsModule.forRoot(),
        configModuleOf(config),
        AdaptersModule.for(tracing),
        HealthModule,
        ClockModule,
        LeasesModule,
        AggregatesModule,
        AccessModule,
        ReadModelsModule,
        IngestModule,
        SubscriptionsModule,
        FeedbackModule,
        DecisionsModule,
        DeliveryModule,
        ScheduleModule,
        AuditModule,
        CoverageModule,
        MailsModule,
        AccessLogModule,
        OperationsModule,
        HttpModule.for(isTest),
        ConsoleModule.for(isTest),
        ProcessModule,
      ],
    };
  }
}
