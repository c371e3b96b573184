import { Module } from '@nestjs/common';
import { LeasesModule } from '../leases/leases.module.js';
import { DueAgenda } from './agenda/due-agenda.js';
import { Projections } from './engine/projections.js';
import { ReadModels } from './engine/read-models.js';
import { ParkedDocuments } from './parking/parked-documents.js';
import { SkippedEvents } from './parking/skipped-events.js';
import { Builds } from './rebuild/builds.js';
import { LeaseWorker } from './rebuild/lease-worker.js';
import { LiveDocuments } from './rebuild/live-documents.js';
import { ParkedAdministration } from './rebuild/parked-administration.js';
import { ProjectionStatuses } from './rebuild/projection-statuses.js';
import { Rebuilds } from './rebuild/rebuilds.js';

/** The read models: they follow the log, documents of theirs are parked, and they are rebuilt beside the live ones. */
@Module({
  imports: [LeasesModule],
  providers: [
    ReadModels,
    ParkedDocuments,
    SkippedEvents,
    Projections,
    DueAgenda,
    Builds,
    LiveDocuments,
    ProjectionStatuses,
    Rebuilds,
    ParkedAdministration,
    LeaseWorker,
  ],
  exports: [ReadModels, Projections, DueAgenda, ProjectionStatuses, Rebuilds, ParkedAdministration],
})
export class ReadModelsModule {}
