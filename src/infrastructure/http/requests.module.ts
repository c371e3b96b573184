import { Module } from '@nestjs/common';
import { ExpensiveReads } from '../../application/concurrency/expensive-reads.js';
import { Exports } from './exports/exports.js';
import { FailedCredentials } from './limits/failed-credentials.js';
import { Problems } from './problems.js';

/** What the API and the console share: the limits that hold for both together, and what clients are told of errors. */
@Module({
  providers: [
    ExpensiveReads,
    Exports,
    { provide: FailedCredentials, useFactory: () => new FailedCredentials() },
    Problems,
  ],
  exports: [ExpensiveReads, Exports, FailedCredentials, Problems],
})
export class RequestsModule {}
