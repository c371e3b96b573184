import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from '../../application/access/access.module.js';
import { RequestsModule } from '../http/requests.module.js';
import { AccessLogPageController } from './access-log/access-log.controller.js';
import { AgendaController } from './agenda/agenda.controller.js';
import { AssetsController } from './assets/assets.controller.js';
import { CoveragePageController } from './coverage/coverage.controller.js';
import { HistoryController } from './history/history.controller.js';
import { KeyPagesController } from './keys/keys-page.controller.js';
import { PageRenderer } from './kit/page-renderer.js';
import { Shell } from './kit/shell.js';
import { Views } from './kit/views.js';
import { NoPageController } from './no-page.controller.js';
import { NotificationController } from './notification/notification.controller.js';
import { OperationsActsController } from './operations/operations-acts.controller.js';
import { OperationsPagesController } from './operations/operations-page.controller.js';
import { OutboxController } from './outbox/outbox.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { ParkedActsController } from './projections/parked-acts.controller.js';
import { ProjectionActsController } from './projections/projection-acts.controller.js';
import { ProjectionPagesController } from './projections/projections.controller.js';
import { AccountsController } from './registry/accounts.controller.js';
import { PartnersController } from './registry/partners.controller.js';
import { PeopleController } from './registry/people.controller.js';
import { QueuesController } from './registry/queues.controller.js';
import { Registry } from './registry/registry.js';
import { Related } from './registry/related.js';
import { SolutionsController } from './registry/solutions.controller.js';
import { RootController } from './root.controller.js';
import { OidcSignInController } from './session/oidc-sign-in.controller.js';
import { SignInController } from './session/sign-in.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { TestClockPageController } from './test-clock/test-clock-page.controller.js';
import { WhyNotController } from './why-not/why-not.controller.js';

const CONTROLLERS = [
  RootController,
  AssetsController,
  SignInController,
  OidcSignInController,
  OverviewController,
  HistoryController,
  NotificationController,
  WhyNotController,
  AgendaController,
  CoveragePageController,
  PeopleController,
  AccountsController,
  QueuesController,
  PartnersController,
  SolutionsController,
  ProjectionPagesController,
  ProjectionActsController,
  ParkedActsController,
  OperationsPagesController,
  OperationsActsController,
  KeyPagesController,
  AccessLogPageController,
  TemplatesController,
  OutboxController,
  NoPageController,
];

/** The console: pages for auditors and admins. They read by the queries of the API, and change by its commands. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class ConsoleModule {
  /** @param isTest whether there is a test clock, which has a page. */
  static for(isTest: boolean): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [AccessModule, RequestsModule],
      controllers: isTest ? [...CONTROLLERS, TestClockPageController] : CONTROLLERS,
      providers: [Views, Shell, PageRenderer, Registry, Related],
    };
  }
}
