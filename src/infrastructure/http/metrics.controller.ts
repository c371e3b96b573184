import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PrometheusMetrics } from '../metrics/prometheus-metrics.js';
import { Requires } from './access/route-access.js';

/** The endpoint for Prometheus. */
@ApiTags('Operations')
@Requires('operations:read')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: PrometheusMetrics) {}

  @Get()
  @ApiOperation({ summary: 'Metrics of this instance, in the text format of Prometheus' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'The metrics are listed in docs/metrics.md.', schema: { type: 'string' } })
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, text } = await this.metrics.exposition();
    await reply.header('content-type', contentType).send(text);
  }
}
