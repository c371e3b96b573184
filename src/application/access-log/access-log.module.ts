import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { AccessLog } from './access-log.js';
import { ListAccessLogHandler } from './list-access-log.js';
import { RecordAccessHandler, RecordAnswerHandler } from './record-access.js';

/** Who read or changed what, when and for what purpose. */
@Module({
  imports: [AggregatesModule, ReadModelsModule],
  providers: [AccessLog, RecordAccessHandler, RecordAnswerHandler, ListAccessLogHandler],
})
export class AccessLogModule {}
