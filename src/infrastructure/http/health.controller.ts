import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DocumentStore } from '../../application/document-store.js';
import { EventStore } from '../../application/event-store.js';
import { history } from '../../application/projections/history.js';
import { Projections } from '../../application/projections/projections.js';
import { ReadModels } from '../../application/projections/read-models.js';

/** What a load balancer or a container asks. */
@ApiTags('Operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly log: EventStore,
    private readonly projections: Projections,
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether both stores answer and the read models follow the log; 503 when not' })
  async health(): Promise<{ status: 'ok' }> {
    await this.log.head();
    this.projections.requireFollowing();
    await this.documents.checkpoint(this.readModels.collection(history));
    return { status: 'ok' };
  }
}
