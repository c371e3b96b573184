import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { AccountLimit } from './account-limit.js';
import { InboundKeys } from './inbound-keys.js';
import { Ingest } from './ingest.js';
import { TellApprovalQueueHandler } from './tell-approval-queue.js';
import { TellPartnerHandler } from './tell-partner.js';
import { TellSocialAccountHandler } from './tell-social-account.js';
import { TellSolutionHandler } from './tell-solution.js';

/** Takes the events of the platform. */
@Module({
  imports: [AggregatesModule, ClockModule, ReadModelsModule],
  providers: [
    Ingest,
    InboundKeys,
    AccountLimit,
    TellApprovalQueueHandler,
    TellPartnerHandler,
    TellSocialAccountHandler,
    TellSolutionHandler,
  ],
  exports: [Ingest],
})
export class IngestModule {}
