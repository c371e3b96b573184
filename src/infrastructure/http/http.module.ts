import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessModule } from '../../application/access/access.module.js';
import { AccessGuard } from './access/access-guard.js';
import { EndsWithAccessInterceptor } from './access/ends-with-access.interceptor.js';
import { RecordAccessInterceptor } from './access/record-access.interceptor.js';
import { AccessLogController } from './access-log.controller.js';
import { ChangesController } from './changes.controller.js';
import { CheckBuiltInterceptor } from './check-built.interceptor.js';
import { ClockController } from './clock.controller.js';
import { CoverageController } from './coverage.controller.js';
import { DanglingController } from './dangling.controller.js';
import { ErrorsController } from './errors.controller.js';
import { EventsController } from './events.controller.js';
import { FeedbackController } from './feedback.controller.js';
import { HealthController } from './health.controller.js';
import { KeysController } from './keys.controller.js';
import { RequestRate } from './limits/request-rate.js';
import { ListsController } from './lists.controller.js';
import { MailsController } from './mails.controller.js';
import { MetricsController } from './metrics.controller.js';
import { NotificationsController } from './notifications.controller.js';
import { OperationsController } from './operations.controller.js';
import { ParkedController } from './parked.controller.js';
import { ProblemFilter } from './problem-filter.js';
import { ProjectionsController } from './projections.controller.js';
import { RequestsModule } from './requests.module.js';
import { SchemaPipe } from './schema-pipe.js';
import { SendingController } from './sending.controller.js';
import { TestClockController } from './test-clock.controller.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { WebhookController } from './webhook.controller.js';

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
