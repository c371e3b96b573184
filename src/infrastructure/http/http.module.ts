import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessModule } from '../../application/access/access.module.js';
import { AccessGuard } from './access/access-guard.js';
import { EndsWithAccessInterceptor } from './access/ends-with-access.interceptor.js';
import { RecordAccessInterceptor } from './access/record-access.interceptor.js';
import { AccessLogController } from './audit/access-log.controller.js';
import { ChangesController } from './audit/changes.controller.js';
import { CheckBuiltInterceptor } from './audit/check-built.interceptor.js';
import { CoverageController } from './audit/coverage.controller.js';
import { DanglingController } from './audit/dangling.controller.js';
import { ListsController } from './audit/lists.controller.js';
import { NotificationsController } from './audit/notifications.controller.js';
import { ErrorsController } from './errors.controller.js';
import { EventsController } from './events.controller.js';
import { FeedbackController } from './feedback/feedback.controller.js';
import { WebhookController } from './feedback/webhook.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { RequestRate } from './limits/request-rate.js';
import { MailsController } from './mails/mails.controller.js';
import { ClockController } from './operations/clock.controller.js';
import { HealthController } from './operations/health.controller.js';
import { MetricsController } from './operations/metrics.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { SendingController } from './operations/sending.controller.js';
import { TestClockController } from './operations/test-clock.controller.js';
import { ProblemFilter } from './problems/problem-filter.js';
import { ParkedController } from './projections/parked.controller.js';
import { ProjectionsController } from './projections/projections.controller.js';
import { RequestsModule } from './requests.module.js';
import { SchemaPipe } from './schema-pipe.js';
import { UnsubscribeController } from './unsubscribe/unsubscribe.controller.js';

const CONTROLLERS = [
  ErrorsController,
  EventsController,
  WebhookController,
  NotificationsController,
  MailsController,
  CoverageController,
  ListsController,
  ChangesController,
  DanglingController,
  ProjectionsController,
  ParkedController,
  UnsubscribeController,
  FeedbackController,
  HealthController,
  KeysController,
  SendingController,
  OperationsController,
  ClockController,
  MetricsController,
  AccessLogController,
];

/** The HTTP interface. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class HttpModule {
  /** @param isTest whether there is a test clock, which can be moved over HTTP. */
  static for(isTest: boolean): DynamicModule {
    return {
      module: HttpModule,
      imports: [AccessModule, RequestsModule],
      controllers: isTest ? [...CONTROLLERS, TestClockController] : CONTROLLERS,
      providers: [
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: RequestRate },
        { provide: APP_INTERCEPTOR, useClass: EndsWithAccessInterceptor },
        { provide: APP_INTERCEPTOR, useClass: CheckBuiltInterceptor },
        { provide: APP_INTERCEPTOR, useClass: RecordAccessInterceptor },
        { provide: APP_PIPE, useClass: SchemaPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
