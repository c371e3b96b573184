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
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { concat, filter, map, type Observable, of } from 'rxjs';
import type * as z from 'zod';
import type { Build } from '../../application/read-models/rebuild/build.js';
import type { Comparison } from '../../application/read-models/rebuild/compare.js';
import {
  type ProjectionStatus,
  ProjectionStatuses,
} from '../../application/read-models/rebuild/projection-statuses.js';
import { Rebuilds } from '../../application/read-models/rebuild/rebuilds.js';
import { ExpensiveRead } from './limits/expensive-read.js';
import { Watched } from './limits/watchers.js';
import { differenceQuery, projectionName, replayQuery } from './query-schemas.js';

@ApiTags('Projections')
@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    private readonly replays: Rebuilds,
    private readonly statuses: ProjectionStatuses,
  ) {}

  @Get()
  @ApiOperation({ summary: 'All projections: what is live, how far it is, and the latest replay' })
  async list(): Promise<{ items: readonly ProjectionStatus[] }> {
    return { items: await this.statuses.all() };
  }

  @Get(':name')
  @ApiOperation({ summary: 'One projection' })
  get(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    return this.statuses.of(name);
  }

  @Post(':name/replay')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Rebuild it beside the live documents',
    description:
      'Nothing changes for readers until the swap. A dry run is a replay that is compared and cancelled.',
  })
  replay(
    @Param('name', { schema: projectionName }) name: string,
    @Query({ schema: replayQuery }) { from }: z.output<typeof replayQuery>,
  ): Promise<Build> {
    return this.replays.start(name, from);
  }

  @Post(':name/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Pause the replay; it keeps what it has' })
  pause(@Param('name', { schema: projectionName }) name: string): Promise<Build> {
    return this.replays.pause(name);
  }

  @Post(':name/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on after a pause, or try the event again at which it failed' })
  resume(@Param('name', { schema: projectionName }) name: string): Promise<Build> {
    return this.replays.resume(name);
  }

  @Post(':name/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give the replay up, and drop what it has built' })
  cancel(@Param('name', { schema: projectionName }) name: string): Promise<Build> {
    return this.replays.cancel(name);
  }

  @Get(':name/difference')
  @ExpensiveRead()
  @ApiOperation({ summary: 'What a swap would change: documents added, changed, removed, with samples' })
  difference(
    @Param('name', { schema: projectionName }) name: string,
    @Query({ schema: differenceQuery }) { samples }: z.output<typeof differenceQuery>,
  ): Promise<Comparison> {
    return this.replays.difference(name, samples);
  }

  @Post(':name/swap')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let the rebuilt documents answer; the former ones are kept' })
  swap(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    return this.replays.swap(name);
  }

  @Post(':name/roll-back')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let the former documents answer again' })
  rollBack(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    return this.replays.rollBack(name);
  }

  @Delete(':name/previous')
  @ApiOperation({ summary: 'Drop the documents that were kept at the last swap' })
  drop(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    return this.replays.drop(name);
  }

  @Post(':name/retry')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try the parked event again, and go on behind it',
    description: 'Any Herald may be asked: the one that writes the projection does it within seconds.',
  })
  retry(@Param('name', { schema: projectionName }) name: string): Promise<ProjectionStatus> {
    return this.replays.retry(name);
  }

  @Sse(':name/progress')
  @Watched()
  @ApiOperation({ summary: 'Progress as server-sent events: events done, total, rate, ETA' })
  async progress(@Param('name', { schema: projectionName }) name: string): Promise<Observable<MessageEvent>> {
    const { build } = await this.statuses.of(name);
    const reports = this.replays.reports.pipe(filter((report) => report.name.projection === name));
    return concat(of(...(build ? [build] : [])), reports).pipe(
      map((report) => ({ type: 'progress', data: report })),
    );
  }
}
