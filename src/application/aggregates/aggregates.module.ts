import { Module } from '@nestjs/common';
import { DocumentStore } from '../ports/document-store.js';
import { VERSION } from '../ports/version.js';
import { Aggregates } from './aggregates.js';
import { ForgetAfterRestore } from './forget-after-restore.js';
import { DocumentSnapshots, Snapshots } from './snapshots.js';

/** Loads aggregates from the log and executes commands on them. */
@Module({
  providers: [
    Aggregates,
    ForgetAfterRestore,
    {
      provide: Snapshots,
      useFactory: (documents: DocumentStore, version: string) => new DocumentSnapshots(documents, version),
      inject: [DocumentStore, VERSION],
    },
  ],
  exports: [Aggregates],
})
export class AggregatesModule {}
