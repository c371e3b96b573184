import { applyDecorators, Controller, Get, Header, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { OperatingMode } from '../../../application/ports/operating-mode.js';
import { GetSubscription } from '../../../application/subscriptions/get-subscription.js';
import { Subscribe } from '../../../application/subscriptions/subscribe.js';
import { Unsubscribe } from '../../../application/subscriptions/unsubscribe.js';
import { ForRecipients } from '../access/route-access.js';
import { UnsubscribeRate } from '../limits/unsubscribe-rate.js';
import { htmlPage, Operation, RefusesWith, Tagged } from '../openapi/operation.js';
import { unsubscribeToken } from '../query-schemas.js';
import { PAGE_POLICY, type UnsubscribeStep, unsubscribePage } from './unsubscribe-page.js';

const Page = () =>
  applyDecorators(
    HttpCode(200),
    Header('content-type', 'text/html; charset=utf-8'),
    Header('content-security-policy', PAGE_POLICY),
  );

const PAGE = {
  200: htmlPage('A page for the recipient, in their language.'),
  ...Object.fromEntries(
    [400, 404, 429, 500, 503].map((status) => [
      status,
      htmlPage('To a browser: a page that says what to do.'),
    ]),
  ),
};

/** The page behind the link in a digest (RFC 8058). Scanners follow links, so only the POST changes anything. */
@Tagged('Unsubscribe')
@RefusesWith('not-found')
@Controller('v1/unsubscribe')
@UseGuards(UnsubscribeRate)
export class UnsubscribeController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly mode: OperatingMode,
  ) {}

  @ForRecipients()
  @Get(':token')
  @Operation({
    id: 'showUnsubscribePage',
    summary: 'Asks whether to unsubscribe from digests',
    answers: PAGE,
  })
  @Page()
  ask(@Param('token', { schema: unsubscribeToken }) token: string): Promise<string> {
    return this.#page(token, 'opened');
  }

  @ForRecipients()
  @Post(':token')
  @Operation({
    id: 'unsubscribe',
    summary: 'Unsubscribes the recipient of the link from digests',
    answers: PAGE,
  })
  @Page()
  async end(@Param('token', { schema: unsubscribeToken }) token: string): Promise<string> {
    const { partnerId, userId } = await this.queries.execute(new GetSubscription(token));
    await this.commands.execute(new Unsubscribe(partnerId, userId));
    return this.#page(token, 'unsubscribe');
  }

  /** What a browser shows after `resume` has an address of its own, and may be loaded again. */
  @ForRecipients()
  @Get(':token/subscribe')
  @Operation({
    id: 'showSubscribePage',
    summary: 'Shows whether the recipient of the link gets digests',
    answers: PAGE,
  })
  @Page()
  show(@Param('token', { schema: unsubscribeToken }) token: string): Promise<string> {
    return this.#page(token, 'subscribe');
  }

  @ForRecipients()
  @Post(':token/subscribe')
  @Operation({
    id: 'subscribeAgain',
    summary: 'Subscribes the recipient of the link to digests again',
    answers: PAGE,
  })
  @Page()
  async resume(@Param('token', { schema: unsubscribeToken }) token: string): Promise<string> {
    const { partnerId, userId } = await this.queries.execute(new GetSubscription(token));
    await this.commands.execute(new Subscribe(partnerId, userId));
    return this.#page(token, 'subscribe');
  }

  /** The page that shows what holds now, after the step. */
  async #page(token: string, step: UnsubscribeStep): Promise<string> {
    const state = await this.queries.execute(new GetSubscription(token));
    return unsubscribePage({ state, step, token, test: this.mode.isTest });
  }
}
