import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PrometheusMetrics } from '../../metrics/prometheus-metrics.js';
import { Requires } from '../access/route-access.js';
import { Operation, Tagged, textOf } from '../openapi/operation.js';

/** The endpoint for Prometheus. */
@Tagged('Operations')
@Requires('operations:read')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: PrometheusMetrics) {}

  @Get()
  @Operation({
    id: 'getMetrics',
    summary: 'Metrics of this instance, in the text format of Prometheus',
    answers: { 200: textOf('text/plain', 'The metrics are listed in docs/metrics.md.') },
  })
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, text } = await this.metrics.exposition();
    await reply.header('content-type', contentType).send(text);
  }
}
