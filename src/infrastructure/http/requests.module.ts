import { Module } from '@nestjs/common';
import { AccessModule } from '../../application/access/access.module.js';
import { ExpensiveReads } from '../../application/concurrency/expensive-reads.js';
import { LimitedAuthenticator } from './access/limited-authenticator.js';
import { Exports } from './exports/exports.js';
import { FailedCredentials } from './limits/failed-credentials.js';
import { Watchers } from './limits/watchers.js';
import { Problems } from './problems/problems.js';
import { RebuildProgress } from './projections/rebuild-progress.js';

/** What the API and the console share: the limits that hold for both together, and what clients are told of errors and rebuilds. */
@Module({
  imports: [AccessModule],
  providers: [
    ExpensiveReads,
    Exports,
    { provide: FailedCredentials, useFactory: () => new FailedCredentials() },
    LimitedAuthenticator,
    Problems,
    RebuildProgress,
    Watchers,
  ],
  exports: [
    ExpensiveReads,
    Exports,
    FailedCredentials,
    LimitedAuthenticator,
    Problems,
    RebuildProgress,
    Watchers,
  ],
})
export class RequestsModule {}
