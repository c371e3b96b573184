import { type BeforeApplicationShutdown, Controller, Get, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiResponse, type ApiResponseOptions, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { GetHealth } from '../../application/operations/get-health.js';
import { type HealthReport, isReady } from '../../application/operations/health-report.js';
import { withoutSecrets } from '../logging/known-secrets.js';
import { Public } from './access/route-access.js';

type Schema = Extract<ApiResponseOptions, { schema: unknown }>['schema'];

const STATUS: Schema = { type: 'string', enum: ['ok', 'degraded', 'down'] };

const REPORT: Schema = {
  type: 'object',
  required: ['status', 'parts'],
  properties: {
    status: { ...STATUS, description: 'The worst status of all parts.' },
    parts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['part', 'status'],
        properties: {
          part: { type: 'string', examples: ['event-store'] },
          status: STATUS,
          says: { type: 'string', description: 'What is wrong and what to do; absent while it is ok.' },
        },
      },
    },
  },
};

const LIVE: Schema = {
  type: 'object',
  required: ['status'],
  properties: { status: { type: 'string', enum: ['ok'] } },
};

/** Health for orchestrators, load balancers and operators. Answered from memory: a store that hangs delays no answer. */
@ApiTags('Operations')
@Public('orchestrators and load balancers have no credential')
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  #isStopping = false;

  constructor(private readonly queries: QueryBus) {}

  beforeApplicationShutdown(): void {
    this.#isStopping = true;
  }

  @Get()
  @ApiOperation({
    summary: 'How each part is, and what to do about it',
    description: 'Answers at once: no store is asked during the request.',
  })
  @ApiResponse({
    status: 200,
    description: 'Everything works; `degraded`: an operator should look.',
    schema: REPORT,
  })
  @ApiResponse({ status: 503, description: 'A part does not work.', schema: REPORT })
  async all(@Res() reply: FastifyReply): Promise<void> {
    const report = await this.queries.execute(new GetHealth());
    await answer(reply, report.status !== 'down', shown(report));
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process is alive; restart it if this does not answer' })
  @ApiResponse({ status: 200, description: 'It is alive.', schema: LIVE })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether this instance accepts events and answers queries; 503 if not' })
  @ApiResponse({ status: 200, description: 'Send requests here.', schema: REPORT })
  @ApiResponse({ status: 503, description: 'Send requests to another instance.', schema: REPORT })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const report = await this.queries.execute(new GetHealth());
    await answer(reply, !this.#isStopping && isReady(report), shown(report));
  }
}

/** Reports may quote a mail server. */
const shown = ({ status, parts }: HealthReport): HealthReport => ({
  status,
  parts: parts.map((part) => (part.says ? { ...part, says: withoutSecrets(part.says) } : part)),
});

const answer = async (reply: FastifyReply, isWell: boolean, body: object): Promise<void> => {
  await reply
    .status(isWell ? 200 : 503)
    .header('cache-control', 'no-store')
    .send(body);
};
