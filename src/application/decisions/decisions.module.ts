import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { AccountDecisions } from './account-decisions.js';
import { DecisionContexts } from './decision-contexts.js';
import { DecisionFacts } from './decision-facts.js';
import { DecisionPace } from './decision-pace.js';
import { DecisionWorker } from './decision-worker.js';
import { DigestReturns } from './digest-returns.js';
import { Escalations } from './escalations.js';
import { MailQuota } from './mail-quota.js';
import { NotificationRecorder } from './notification-recorder.js';
import { QueueDecisions } from './queue-decisions.js';
import { RateLimit } from './rate-limit.js';
import { ReaderTurns } from './reader-turns.js';
import { Reconsideration } from './reconsideration.js';
import { SenderAlerts } from './sender-alerts.js';
import { UndeliveredFollowUp } from './undelivered-follow-up.js';

/** Decides who is notified of what, and records each decision with its mail. */
@Module({
  imports: [AggregatesModule, ClockModule, ReadModelsModule],
  providers: [
    DecisionFacts,
    DecisionContexts,
    RateLimit,
    MailQuota,
    NotificationRecorder,
    ReaderTurns,
    DigestReturns,
    Reconsideration,
    Escalations,
    SenderAlerts,
    UndeliveredFollowUp,
    AccountDecisions,
    QueueDecisions,
    DecisionPace,
    DecisionWorker,
  ],
  exports: [DecisionContexts, DecisionFacts, DecisionWorker, Reconsideration, SenderAlerts],
})
export class DecisionsModule {}
