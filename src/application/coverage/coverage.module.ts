import { Module } from '@nestjs/common';
import { AggregatesModule } from '../aggregates/aggregates.module.js';
import { ClockModule } from '../clock/clock.module.js';
import { LeasesModule } from '../leases/leases.module.js';
import { ReadModelsModule } from '../read-models/read-models.module.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { CoverageExaminer } from './coverage-examiner.js';
import { CoverageRecord } from './coverage-record.js';
import { CoverageWatch } from './coverage-watch.js';
import { CoveredPartners } from './covered-partners.js';
import { GetCoverageHandler } from './get-coverage.js';
import { GetShortfallHandler } from './get-shortfall.js';

/** Proves that nobody was missed: compares what the facts ask for with what was decided, on demand and after each hour. */
@Module({
  imports: [AggregatesModule, ClockModule, LeasesModule, ReadModelsModule, TenancyModule],
  providers: [
    CoveredPartners,
    CoverageExaminer,
    GetCoverageHandler,
    GetShortfallHandler,
    CoverageRecord,
    CoverageWatch,
  ],
  exports: [CoverageWatch],
})
export class CoverageModule {}
