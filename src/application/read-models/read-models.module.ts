import { Module } from '@nestjs/common';
import { LeasesModule } from '../leases/leases.module.js';
import { CancelRebuildHandler } from './administration/cancel-rebuild.js';
import { DropPreviousHandler } from './administration/drop-previous.js';
import { GetDifferenceHandler } from './administration/get-difference.js';
import { GetProjectionHandler } from './administration/get-projection.js';
import { ListParkedHandler } from './administration/list-parked.js';
import { ListProjectionsHandler } from './administration/list-projections.js';
import { ListSkippedEventsHandler } from './administration/list-skipped-events.js';
import { Parked } from './administration/parked.js';
import { PauseRebuildHandler } from './administration/pause-rebuild.js';
import { ResumeRebuildHandler } from './administration/resume-rebuild.js';
import { RetryParkedHandler } from './administration/retry-parked.js';
import { RetryProjectionHandler } from './administration/retry-projection.js';
import { RollBackProjectionHandler } from './administration/roll-back-projection.js';
import { SkipParkedHandler } from './administration/skip-parked.js';
import { StartRebuildHandler } from './administration/start-rebuild.js';
import { SwapRebuildHandler } from './administration/swap-rebuild.js';
import { DueAgenda } from './agenda/due-agenda.js';
import { Projections } from './engine/projections.js';
import { ReadModels } from './engine/read-models.js';
import { ParkedDocuments } from './parking/parked-documents.js';
import { SkippedEvents } from './parking/skipped-events.js';
import { Builds } from './rebuild/builds.js';
import { LeaseWorker } from './rebuild/lease-worker.js';
import { LiveDocuments } from './rebuild/live-documents.js';
import { ProjectionStatuses } from './rebuild/projection-statuses.js';
import { RebuildSupervisor } from './rebuild/rebuild-supervisor.js';
import { Rebuilds } from './rebuild/rebuilds.js';

/** What operators ask of read models, and of their rebuilds. */
const HANDLERS = [
  CancelRebuildHandler,
  DropPreviousHandler,
  GetDifferenceHandler,
  GetProjectionHandler,
  ListParkedHandler,
  ListProjectionsHandler,
  ListSkippedEventsHandler,
  PauseRebuildHandler,
  ResumeRebuildHandler,
  RetryParkedHandler,
  RetryProjectionHandler,
  RollBackProjectionHandler,
  SkipParkedHandler,
  StartRebuildHandler,
  SwapRebuildHandler,
];

/** The read models: projections that follow the log, parked documents, and rebuilds beside the live documents. */
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
    RebuildSupervisor,
    LeaseWorker,
    Parked,
    ...HANDLERS,
  ],
  exports: [ReadModels, Projections, DueAgenda, RebuildSupervisor],
})
export class ReadModelsModule {}
