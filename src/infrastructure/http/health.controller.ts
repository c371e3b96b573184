import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { EventStore } from '../../application/event-store.js';
import { Projections } from '../../application/projections/projections.js';

/** What a load balancer or a container asks. */
@ApiTags('Operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly log: EventStore,
    private readonly projections: Projections,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether the log answers and the read models follow it; 503 when not' })
  async health(): Promise<{ status: 'ok' }> {
    await this.log.head();
    this.projections.requireFollowing();
    return { status: 'ok' };
  }
}
