import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { ScheduleModule } from '@nestjs/schedule';
import { Aggregates } from './application/aggregates/aggregates.js';
import { ForgetAfterRestore } from './application/aggregates/forget-after-restore.js';
import { DocumentSnapshots, Snapshots } from './application/aggregates/snapshots.js';
import { AskWhyNotHandler } from './application/audit/ask-why-not.js';
import { GetAgendaHandler } from './application/audit/get-agenda.js';
import { GetNotificationHandler } from './application/audit/get-notification.js';
import { GetWhyHandler } from './application/audit/get-why.js';
import { ListDocumentsHandler } from './application/audit/list-documents.js';
import { NotificationTrail } from './application/audit/notification-trail.js';
import { RuleReevaluation } from './application/audit/rule-reevaluation.js';
import { BelievedClock, MACHINE_CLOCK } from './application/clock/believed-clock.js';
import { ClockGuard } from './application/clock/clock-guard.js';
import { MovableClock } from './application/clock/movable-clock.js';
import { ExpensiveReads } from './application/concurrency/expensive-reads.js';
import { AccountDecisions } from './application/decisions/account-decisions.js';
import { DecisionFacts } from './application/decisions/decision-facts.js';
import { DecisionWorker } from './application/decisions/decision-worker.js';
import { NotificationRecorder } from './application/decisions/notification-recorder.js';
import { QueueDecisions } from './application/decisions/queue-decisions.js';
import { RateLimit } from './application/decisions/rate-limit.js';
import { BegunMails } from './application/delivery/begun-mails.js';
import { Delivery } from './application/delivery/delivery.js';
import { DeliveryWorker } from './application/delivery/delivery-worker.js';
import { FrozenMails } from './application/delivery/frozen-mails.js';
import { SendingHold, STARTS_HELD } from './application/delivery/sending-hold.js';
import { Health } from './application/health/health.js';
import { AccountLimit } from './application/ingest/account-limit.js';
import { InboundKeys } from './application/ingest/inbound-keys.js';
import { Ingest } from './application/ingest/ingest.js';
import { TellApprovalQueueHandler } from './application/ingest/tell-approval-queue.js';
import { TellPartnerHandler } from './application/ingest/tell-partner.js';
import { TellSocialAccountHandler } from './application/ingest/tell-social-account.js';
import { TellSolutionHandler } from './application/ingest/tell-solution.js';
import { Leases, LeaseTimes } from './application/leases/leases.js';
import { Backlog } from './application/operations/backlog.js';
import { EventMetrics } from './application/operations/event-metrics.js';
import { EventTraces } from './application/operations/event-traces.js';
import { HealthLog } from './application/operations/health-log.js';
import { HealthMetrics } from './application/operations/health-metrics.js';
import { OutcomeLog } from './application/operations/outcome-log.js';
import { ReadModelsHealth } from './application/operations/read-models-health.js';
import { RebuildLog } from './application/operations/rebuild-log.js';
import { StoreProbe } from './application/operations/store-probe.js';
import { WatchedEventStore } from './application/operations/watched-event-store.js';
import { Clock } from './application/ports/clock.js';
import { DocumentStore } from './application/ports/document-store.js';
import { EventStore } from './application/ports/event-store.js';
import { Inbox } from './application/ports/inbox.js';
import { InstanceIdentity } from './application/ports/instance-identity.js';
import { MailRenderer, MailTransport } from './application/ports/mail.js';
import { Metrics } from './application/ports/metrics.js';
import { OperatingMode } from './application/ports/operating-mode.js';
import { Tracing } from './application/ports/tracing.js';
import { DueAgenda } from './application/read-models/agenda/due-agenda.js';
import { Projections } from './application/read-models/engine/projections.js';
import { ReadModels } from './application/read-models/engine/read-models.js';
import { ParkedDocuments } from './application/read-models/parking/parked-documents.js';
import { SkippedEvents } from './application/read-models/parking/skipped-events.js';
import { Builds } from './application/read-models/rebuild/builds.js';
import { LeaseWorker } from './application/read-models/rebuild/lease-worker.js';
import { LiveDocuments } from './application/read-models/rebuild/live-documents.js';
import { ParkedAdministration } from './application/read-models/rebuild/parked-administration.js';
import { ProjectionStatuses } from './application/read-models/rebuild/projection-statuses.js';
import { RebuildEngine } from './application/read-models/rebuild/rebuild-engine.js';
import { Rebuilds } from './application/read-models/rebuild/rebuilds.js';
import { Ticker } from './application/schedule/ticker.js';
import { TimeMachine } from './application/schedule/time-machine.js';
import { Workers } from './application/schedule/workers.js';
import { UnsubscribeHandler } from './application/subscriptions/unsubscribe.js';
import { UnsubscribeLinks } from './application/subscriptions/unsubscribe-links.js';
import { type Config, publicUrlOf } from './infrastructure/config/config.js';
import { inboxOf } from './infrastructure/config/inbox.js';
import { mailTransportOf } from './infrastructure/config/mail.js';
import { secretOf } from './infrastructure/config/secret.js';
import { documentStoreOf, soundEventStoreOf } from './infrastructure/config/stores.js';
import { clockOf } from './infrastructure/config/time.js';
import { ClockController } from './infrastructure/http/clock.controller.js';
import { ErrorsController } from './infrastructure/http/errors.controller.js';
import { EventsController, VERSION } from './infrastructure/http/events.controller.js';
import { HealthController } from './infrastructure/http/health.controller.js';
import { invalidRequest } from './infrastructure/http/invalid-request.js';
import { ListsController } from './infrastructure/http/lists.controller.js';
import { MetricsController } from './infrastructure/http/metrics.controller.js';
import { NotificationsController } from './infrastructure/http/notifications.controller.js';
import { ParkedController } from './infrastructure/http/parked.controller.js';
import { ProblemFilter } from './infrastructure/http/problem-filter.js';
import { ProjectionsController } from './infrastructure/http/projections.controller.js';
import { SendingController } from './infrastructure/http/sending.controller.js';
import { TestClockController } from './infrastructure/http/test-clock.controller.js';
import { UnsubscribeController } from './infrastructure/http/unsubscribe.controller.js';
import { HandlebarsMailRenderer } from './infrastructure/mail/rendering/handlebars-mail-renderer.js';
import { PrometheusMetrics } from './infrastructure/metrics/prometheus-metrics.js';
import { Lifecycle, STOP_WITHIN } from './infrastructure/process/lifecycle.js';
import { CONFIG, LifecycleLog } from './infrastructure/process/lifecycle-log.js';
import { ProcessIdentity } from './infrastructure/process/process-identity.js';
import { RebuildThread } from './infrastructure/rebuild-thread/rebuild-thread.js';
import { version } from './version.js';

/** Puts Herald together: the only place where a port meets its adapter. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class AppModule {
  static for(config: Config, tracing: Tracing): DynamicModule {
    const isTest = config.HERALD_CLOCK === 'test';
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot(), ScheduleModule.forRoot()],
      controllers: [
        ErrorsController,
        EventsController,
        NotificationsController,
        ListsController,
        ProjectionsController,
        ParkedController,
        UnsubscribeController,
        HealthController,
        SendingController,
        ClockController,
        MetricsController,
        ...(isTest ? [TestClockController] : []),
      ],
      providers: [
        {
          provide: EventStore,
          useFactory: async (health: Health) =>
            new WatchedEventStore(await soundEventStoreOf(config), health),
          inject: [Health],
        },
        { provide: DocumentStore, useFactory: () => documentStoreOf(config) },
        { provide: MailTransport, useFactory: () => mailTransportOf(config) },
        { provide: MailRenderer, useClass: HandlebarsMailRenderer },
        { provide: MACHINE_CLOCK, useFactory: () => clockOf(config) },
        BelievedClock,
        { provide: Clock, useExisting: BelievedClock },
        { provide: OperatingMode, useValue: { isTest } satisfies OperatingMode },
        {
          provide: UnsubscribeLinks,
          useFactory: async () => new UnsubscribeLinks(publicUrlOf(config), await secretOf(config)),
        },
        { provide: RebuildEngine, useFactory: () => new RebuildThread(config) },
        {
          provide: Inbox,
          useFactory: (ingest: Ingest, health: Health) => inboxOf(config, ingest, health),
          inject: [Ingest, Health],
        },
        { provide: InstanceIdentity, useFactory: () => new ProcessIdentity() },
        { provide: VERSION, useValue: version },
        PrometheusMetrics,
        { provide: Metrics, useExisting: PrometheusMetrics },
        { provide: Tracing, useFactory: () => tracing },
        {
          provide: Snapshots,
          useFactory: (documents: DocumentStore) => new DocumentSnapshots(documents, version),
          inject: [DocumentStore],
        },
        ...(isTest ? [timeMachine] : []),
        ...APPLICATION,
        { provide: STARTS_HELD, useValue: config.HERALD_SENDING === 'held' },
        { provide: STOP_WITHIN, useValue: config.HERALD_STOP_WITHIN * 1_000 },
        Lifecycle,
        { provide: CONFIG, useValue: config },
        LifecycleLog,
        {
          provide: APP_PIPE,
          useValue: new StandardSchemaValidationPipe({ exceptionFactory: invalidRequest }),
        },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}

const timeMachine = {
  provide: TimeMachine,
  useFactory: (clock: MovableClock, agenda: DueAgenda, workers: Workers) =>
    new TimeMachine(clock, agenda, workers),
  inject: [MACHINE_CLOCK, DueAgenda, Workers],
};

const APPLICATION = [
  Health,
  ExpensiveReads,
  Aggregates,
  InboundKeys,
  AccountLimit,
  ForgetAfterRestore,
  Ingest,
  TellApprovalQueueHandler,
  TellPartnerHandler,
  TellSocialAccountHandler,
  TellSolutionHandler,
  UnsubscribeHandler,
  ReadModels,
  LeaseTimes,
  Leases,
  ParkedDocuments,
  SkippedEvents,
  Projections,
  Builds,
  LiveDocuments,
  ProjectionStatuses,
  Rebuilds,
  ParkedAdministration,
  LeaseWorker,
  DecisionFacts,
  RateLimit,
  NotificationRecorder,
  AccountDecisions,
  QueueDecisions,
  Delivery,
  FrozenMails,
  DueAgenda,
  BegunMails,
  SendingHold,
  ClockGuard,
  DecisionWorker,
  DeliveryWorker,
  Workers,
  Ticker,
  NotificationTrail,
  RuleReevaluation,
  ListDocumentsHandler,
  GetNotificationHandler,
  GetWhyHandler,
  AskWhyNotHandler,
  GetAgendaHandler,
  StoreProbe,
  ReadModelsHealth,
  Backlog,
  EventMetrics,
  HealthMetrics,
  EventTraces,
  HealthLog,
  OutcomeLog,
  RebuildLog,
];
