import { Controller, Get, Headers, type OnModuleDestroy, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Authenticator } from '../../../application/access/authenticator.js';
import { GetHealth } from '../../../application/operations/get-health.js';
import { type HealthReport, isReady } from '../../../application/operations/health-report.js';
import { withoutSecrets } from '../../logging/known-secrets.js';
import { Public, ServedAt } from '../access/route-access.js';
import { Operation, Tagged } from '../openapi/operation.js';
import { healthReport, live } from '../schemas/operations.js';

/** Health for orchestrators, load balancers and operators. Answered from memory: a store that hangs delays no answer. */
@Tagged('Operations')
@Public('orchestrators and load balancers have no credential')
@Controller('health')
export class HealthController implements OnModuleDestroy {
  #isStopping = false;

  constructor(
    private readonly queries: QueryBus,
    private readonly authenticator: Authenticator,
  ) {}

  /** The first that a shutdown calls: what follows waits for mails that are being sent. */
  onModuleDestroy(): void {
    this.#isStopping = true;
  }

  @Get()
  @Operation({
    id: 'getHealth',
    summary: 'How each part is, and what to do about it',
    description:
      'Answers at once: no store is asked during the request. 503: a part does not work. Once access is configured, what is wrong (`says`) is told to those only who have the permission `operations:read`.',
    answers: { 200: healthReport, 503: healthReport },
  })
  async all(@Res() reply: FastifyReply, @Headers('authorization') credential?: string): Promise<void> {
    const report = await this.queries.execute(new GetHealth());
    await answer(reply, report.status !== 'down', await this.#shown(report, credential));
  }

  @ServedAt('both')
  @Get('live')
  @Operation({
    id: 'getLiveness',
    summary: 'Whether the process is alive; restart it if this does not answer',
    answers: { 200: live },
  })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation({
    id: 'getReadiness',
    summary: 'Whether this instance accepts events and answers queries',
    description: '503: send requests to another instance.',
    answers: { 200: healthReport, 503: healthReport },
  })
  async ready(@Res() reply: FastifyReply, @Headers('authorization') credential?: string): Promise<void> {
    const report = await this.queries.execute(new GetHealth());
    await answer(reply, !this.#isStopping && isReady(report), await this.#shown(report, credential));
  }

  /** What is wrong is told to those who operate Herald; everybody learns which part it is. */
  async #shown({ status, parts }: HealthReport, credential: string | undefined): Promise<HealthReport> {
    if (await this.authenticator.permits(credential, 'operations:read'))
      return withoutSecretsIn({ status, parts });
    return { status, parts: parts.map(({ part, status }) => ({ part, status })) };
  }
}

/** Reports may quote a mail server. */
const withoutSecretsIn = ({ status, parts }: HealthReport): HealthReport => ({
  status,
  parts: parts.map((part) => (part.says ? { ...part, says: withoutSecrets(part.says) } : part)),
});

const answer = async (reply: FastifyReply, isWell: boolean, body: object): Promise<void> => {
  await reply.status(isWell ? 200 : 503).send(body);
};
