import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { AccessLog } from './access-log.js';
import { FindConcernedSolutionsHandler } from './find-concerned-solutions.js';
import { ListAccessLogHandler } from './list-access-log.js';
import { RecordAccessHandler, RecordAnswerHandler } from './record-access.js';

/** Who read or changed what, when and for what purpose. */
@Module({
  imports: [AccessModule, AggregatesModule, AuditModule, ReadModelsModule, TenancyModule],
  providers: [
    AccessLog,
    RecordAccessHandler,
    RecordAnswerHandler,
    ListAccessLogHandler,
    FindConcernedSolutionsHandler,
  ],
})
export class AccessLogModule {}
