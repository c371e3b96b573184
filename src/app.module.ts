import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { ScheduleModule } from '@nestjs/schedule';
import { Aggregates } from './application/aggregates/aggregates.js';
import { ForgetAfterRestore } from './application/aggregates/forget-after-restore.js';
import { DocumentSnapshots, Snapshots } from './application/aggregates/snapshots.js';
import { BelievedClock, MACHINE_CLOCK } from './application/clock/believed-clock.js';
import { Clock } from './application/clock/clock.js';
import { ClockGuard } from './application/clock/clock-guard.js';
import { MovableClock } from './application/clock/movable-clock.js';
import { OperatingMode } from './application/clock/operating-mode.js';
import { TellApprovalQueueHandler } from './application/commands/tell-approval-queue.js';
import { TellPartnerHandler } from './application/commands/tell-partner.js';
import { TellSocialAccountHandler } from './application/commands/tell-social-account.js';
import { TellSolutionHandler } from './application/commands/tell-solution.js';
import { UnsubscribeHandler } from './application/commands/unsubscribe.js';
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
import { MailRenderer, MailTransport } from './application/delivery/mail.js';
import { SendingHold, STARTS_HELD } from './application/delivery/sending-hold.js';
import { UnsubscribeLinks } from './application/delivery/unsubscribe-links.js';
import { DocumentStore } from './application/document-store.js';
import { EventStore } from './application/event-store.js';
import { AccountLimit } from './application/ingest/account-limit.js';
import { InboundKeys } from './application/ingest/inbound-keys.js';
import { Inbox } from './application/ingest/inbox.js';
import { Ingest } from './application/ingest/ingest.js';
import { Holder } from './application/leases/holder.js';
import { Keeper } from './application/leases/keeper.js';
import { Leases, LeaseTimes } from './application/leases/leases.js';
import { Backlog } from './application/operations/backlog.js';
import { EventMetrics } from './application/operations/event-metrics.js';
import { EventTraces } from './application/operations/event-traces.js';
import { Health } from './application/operations/health.js';
import { HealthLog } from './application/operations/health-log.js';
import { HealthMetrics } from './application/operations/health-metrics.js';
import { Metrics } from './application/operations/metrics.js';
import { OutcomeLog } from './application/operations/outcome-log.js';
import { ReadModelsHealth } from './application/operations/read-models-health.js';
import { RebuildLog } from './application/operations/rebuild-log.js';
import { StoreProbe } from './application/operations/store-probe.js';
import { Tracing } from './application/operations/tracing.js';
import { WatchedEventStore } from './application/operations/watched-event-store.js';
import { Projections } from './application/projections/projections.js';
import { ReadModels } from './application/projections/read-models.js';
import { GetAgendaHandler } from './application/queries/agenda.js';
import { Evaluation } from './application/queries/evaluation.js';
import { GetNotificationHandler } from './application/queries/get-notification.js';
import { ListDocumentsHandler } from './application/queries/list.js';
import { NotificationTrail } from './application/queries/notification-trail.js';
import { GetWhyHandler } from './application/queries/why.js';
import { AskWhyNotHandler } from './application/queries/why-not.js';
import { ParkedAdministration } from './application/read-models/parked-administration.js';
import { ParkedDocuments } from './application/read-models/parked-documents.js';
import { SkippedEvents } from './application/read-models/skipped-events.js';
import { Builds } from './application/replay/builds.js';
import { LiveDocuments } from './application/replay/live-documents.js';
import { ProjectionStatuses } from './application/replay/projection-statuses.js';
import { ReplayEngine } from './application/replay/replay-engine.js';
import { Replays } from './application/replay/replays.js';
import { DueAgenda } from './application/schedule/due.js';
import { Ticker } from './application/schedule/ticker.js';
import { TimeMachine } from './application/schedule/time-machine.js';
import { Workers } from './application/schedule/workers.js';
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
import { Lifecycle, STOP_WITHIN } from './infrastructure/lifecycle.js';
import { CONFIG, LifecycleLog } from './infrastructure/lifecycle-log.js';
import { HandlebarsMailRenderer } from './infrastructure/mail/handlebars-mail-renderer.js';
import { PrometheusMetrics } from './infrastructure/metrics/prometheus-metrics.js';
import { ProcessHolder } from './infrastructure/process-holder.js';
import { ReplayThread } from './infrastructure/replay/replay-thread.js';
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
        { provide: ReplayEngine, useFactory: () => new ReplayThread(config) },
        {
          provide: Inbox,
          useFactory: (ingest: Ingest, health: Health) => inboxOf(config, ingest, health),
          inject: [Ingest, Health],
        },
        { provide: Holder, useFactory: () => new ProcessHolder() },
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
  Replays,
  ParkedAdministration,
  Keeper,
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
  Evaluation,
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
