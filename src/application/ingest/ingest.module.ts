import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { IngestQuota } from '../limits/ingest-quota.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { AccountLimit } from './account-limit.js';
import { InboundKeys } from './inbound-keys.js';
import { RecordPlatformEventsHandler } from './record-platform-events.js';
import { UnknownReferences } from './unknown-references.js';

/** Takes the events of the platform. */
@Module({
  imports: [AggregatesModule, ClockModule, ReadModelsModule],
  providers: [RecordPlatformEventsHandler, InboundKeys, AccountLimit, UnknownReferences, IngestQuota],
  exports: [InboundKeys],
})
export class IngestModule {}
