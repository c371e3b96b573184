import {
  Controller,
  Delete,
  Get,
  HttpCode,
  type MessageEvent,
  Param,
  Post,
  Query,
  Sse,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { map, type Observable } from 'rxjs';
import type * as z from 'zod';
import { CancelRebuild } from '../../../application/read-models/administration/cancel-rebuild.js';
import { DropPrevious } from '../../../application/read-models/administration/drop-previous.js';
import { GetDifference } from '../../../application/read-models/administration/get-difference.js';
import { GetProjection } from '../../../application/read-models/administration/get-projection.js';
import { ListProjections } from '../../../application/read-models/administration/list-projections.js';
import { PauseRebuild } from '../../../application/read-models/administration/pause-rebuild.js';
import { ResumeRebuild } from '../../../application/read-models/administration/resume-rebuild.js';
import { RetryProjection } from '../../../application/read-models/administration/retry-projection.js';
import { RollBackProjection } from '../../../application/read-models/administration/roll-back-projection.js';
import { StartRebuild } from '../../../application/read-models/administration/start-rebuild.js';
import { SwapRebuild } from '../../../application/read-models/administration/swap-rebuild.js';
import type { Build } from '../../../application/read-models/rebuild/build.js';
import type { Comparison } from '../../../application/read-models/rebuild/compare.js';
import type { ProjectionStatus } from '../../../application/read-models/rebuild/projection-statuses.js';
import { Requires } from '../access/route-access.js';
import { ExpensiveRead } from '../limits/expensive-read.js';
import { Watched } from '../limits/watchers.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { type Page, pageOf } from '../page-of.js';
import { differenceQuery, pageQuery, projectionName, replayQuery } from '../query-schemas.js';
import { build, comparison, progress, projectionPage, projectionStatus } from '../schemas/projections.js';
import { RebuildProgress } from './rebuild-progress.js';

/** Why a replay cannot be changed as it stands. */
const REPLAY_ERRORS = [
  'build-outdated',
  'not-found',
  'projection-newer',
  'projection-parked',
  'rebuild-owned-elsewhere',
  'replay-not-in-state',
] as const;

@Tagged('Projections')
@Requires('operations:read')
@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly rebuilds: RebuildProgress,
  ) {}

  @Get()
  @Operation({
    id: 'listProjections',
    summary: 'All projections: the live version, its lag, and the latest replay',
    answers: { 200: projectionPage },
  })
  async list(
    @Query({ schema: pageQuery }) query: z.output<typeof pageQuery>,
  ): Promise<Page<ProjectionStatus>> {
    return pageOf(await this.queries.execute(new ListProjections()), ({ name }) => name, query);
  }

  @Get(':name')
  @Operation({
    id: 'getProjection',
    summary: 'One projection',
    answers: { 200: projectionStatus },
    errors: ['not-found'],
  })
  get(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    return this.queries.execute(new GetProjection(name));
  }

  @Requires('operations:manage')
  @Post(':name/replay')
  @HttpCode(202)
  @Operation({
    id: 'startReplay',
    summary: 'Rebuild it beside the live documents',
    description:
      'Nothing changes for readers until the swap. For a dry run, compare the replay and cancel it.',
    answers: { 202: build },
    errors: [...REPLAY_ERRORS, 'invalid-position', 'replay-under-way'],
  })
  replay(
    @Param('name', { schema: projectionName }) name: string,
    @Query({ schema: replayQuery }) { from }: z.output<typeof replayQuery>,
  ): Promise<Build> {
    return this.commands.execute(new StartRebuild(name, from));
  }

  @Requires('operations:manage')
  @Post(':name/pause')
  @HttpCode(200)
  @Operation({
    id: 'pauseReplay',
    summary: 'Pause the replay; it keeps what it has',
    answers: { 200: build },
    errors: REPLAY_ERRORS,
  })
  pause(@Param('name', { schema: projectionName }) name: string): Promise<Build> {
    return this.commands.execute(new PauseRebuild(name));
  }

  @Requires('operations:manage')
  @Post(':name/resume')
  @HttpCode(200)
  @Operation({
    id: 'resumeReplay',
    summary: 'Resume after a pause, or retry the event at which it failed',
    answers: { 200: build },
    errors: REPLAY_ERRORS,
  })
  resume(@Param('name', { schema: projectionName }) name: string): Promise<Build> {
    return this.commands.execute(new ResumeRebuild(name));
  }

  @Requires('operations:manage')
  @Post(':name/cancel')
  @HttpCode(200)
  @Operation({
    id: 'cancelReplay',
    summary: 'Cancel the replay and drop its documents',
    answers: { 200: build },
    errors: REPLAY_ERRORS,
  })
  cancel(@Param('name', { schema: projectionName }) name: string): Promise<Build> {
    return this.commands.execute(new CancelRebuild(name));
  }

  // The samples show documents.
  @Requires('operations:read', { reads: 'personal-data' })
  @Get(':name/difference')
  @ExpensiveRead()
  @Operation({
    id: 'getDifference',
    summary: 'What a swap would change: documents added, changed, removed, with samples',
    answers: { 200: comparison },
    errors: REPLAY_ERRORS,
  })
  difference(
    @Param('name', { schema: projectionName }) name: string,
    @Query({ schema: differenceQuery }) { samples }: z.output<typeof differenceQuery>,
  ): Promise<Comparison> {
    return this.queries.execute(new GetDifference(name, samples));
  }

  @Requires('operations:manage')
  @Post(':name/swap')
  @HttpCode(200)
  @Operation({
    id: 'swapReplay',
    summary: 'Swap the rebuilt documents in; the previous ones are kept',
    answers: { 200: projectionStatus },
    errors: [...REPLAY_ERRORS, 'replay-in-part', 'swap-conflict'],
  })
  async swap(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    await this.commands.execute(new SwapRebuild(name));
    return this.queries.execute(new GetProjection(name));
  }

  @Requires('operations:manage')
  @Post(':name/roll-back')
  @HttpCode(200)
  @Operation({
    id: 'rollBackProjection',
    summary: 'Roll back to the previous documents',
    answers: { 200: projectionStatus },
    errors: [...REPLAY_ERRORS, 'no-previous-version', 'nothing-to-roll-back', 'swap-conflict'],
  })
  async rollBack(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    await this.commands.execute(new RollBackProjection(name));
    return this.queries.execute(new GetProjection(name));
  }

  @Requires('operations:manage')
  @Delete(':name/previous')
  @Operation({
    id: 'dropPrevious',
    summary: 'Drop the documents that were kept at the last swap',
    answers: { 200: projectionStatus },
    errors: [...REPLAY_ERRORS, 'no-previous-version'],
  })
  async drop(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    await this.commands.execute(new DropPrevious(name));
    return this.queries.execute(new GetProjection(name));
  }

  @Requires('operations:manage')
  @Post(':name/retry')
  @HttpCode(200)
  @Operation({
    id: 'retryProjection',
    summary: 'Retry the parked event, and continue after it',
    description:
      'Any instance accepts the request; the one that writes the projection executes it within seconds.',
    answers: { 200: projectionStatus },
    errors: REPLAY_ERRORS,
  })
  async retry(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    await this.commands.execute(new RetryProjection(name));
    return this.queries.execute(new GetProjection(name));
  }

  @Sse(':name/progress')
  @Watched()
  @Operation({
    id: 'watchReplay',
    summary: 'Progress as server-sent events: events done, total, rate, ETA',
    answers: { 200: progress },
    errors: ['not-found'],
  })
  async progress(@Param('name', { schema: projectionName }) name: string): Promise<Observable<MessageEvent>> {
    const reports = await this.rebuilds.reports(name);
    return reports.pipe(map((report) => ({ type: 'progress', data: report })));
  }
}
