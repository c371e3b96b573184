import { Controller, Get, Header, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OperatingMode } from '../../application/ports/operating-mode.js';
import { GetSubscription } from '../../application/subscriptions/get-subscription.js';
import { Unsubscribe } from '../../application/subscriptions/unsubscribe.js';
import { UnsubscribeRate } from './limits/unsubscribe-rate.js';
import { unsubscribePage } from './unsubscribe-page.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'";

/** The page behind the link in a digest (RFC 8058). Scanners follow links, so only the POST changes anything. */
@ApiTags('Unsubscribe')
@Controller('v1/unsubscribe')
@UseGuards(UnsubscribeRate)
export class UnsubscribeController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly mode: OperatingMode,
  ) {}

  @Get(':token')
  @ApiOperation({ summary: 'Asks whether to unsubscribe from digests' })
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', POLICY)
  @Header('cache-control', 'no-store')
  async ask(@Param('token') token: string): Promise<string> {
    await this.queries.execute(new GetSubscription(token));
    return unsubscribePage({ done: false, test: this.mode.isTest });
  }

  @Post(':token')
  @HttpCode(200)
  @ApiOperation({ summary: 'Unsubscribes the recipient of the link from digests' })
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', POLICY)
  @Header('cache-control', 'no-store')
  async end(@Param('token') token: string): Promise<string> {
    const { partnerId, userId } = await this.queries.execute(new GetSubscription(token));
    await this.commands.execute(new Unsubscribe(partnerId, userId));
    return unsubscribePage({ done: true, test: this.mode.isTest });
  }
}
