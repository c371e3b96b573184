import { setTimeout as after } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import * as z from 'zod';
import { GetAgenda } from '../../../application/audit/get-agenda.js';
import { GetTestClock } from '../../../application/schedule/get-test-clock.js';
import { MoveTestClock } from '../../../application/schedule/move-test-clock.js';
import { StopTestClock } from '../../../application/schedule/stop-test-clock.js';
import { isPermitted, type Principal } from '../../../domain/access/principal.js';
import { messageOf } from '../../../domain/kernel/herald-error.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { testClockBody } from '../../http/query-schemas.js';
import type { Done } from '../kit/done.js';
import { Form } from '../kit/form.js';
import { at, href } from '../kit/href.js';
import { ConsoleController, FormAction, Page } from '../kit/page.js';
import type { SeeOther } from '../kit/page-model.js';
import { type TestClockPage, testClockPage } from './test-clock-page.js';

/** A move that takes longer than this, in milliseconds, goes on while the page shows how far it is. */
const WAIT_MS = 1_000;

/** How far the page looks ahead, and how many entries it shows. */
const COMING = { days: 30, limit: 50 } as const;

/** A form's field for date and time is in UTC, without seconds. */
const MINUTES = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
const moveForm = z.preprocess((fields) => {
  const { now } = fields as { readonly now?: unknown };
  return typeof now === 'string' && MINUTES.test(now) ? { now: `${now}:00Z` } : fields;
}, testClockBody);

/** Only where there is a test clock. */
@ConsoleController('test-clock')
export class TestClockPageController {
  readonly #logger = new Logger(TestClockPageController.name);

  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  // What comes next names people.
  @Page('', 'test-clock', 'operations:read', { reads: 'personal-data' })
  @ExpensiveRead()
  async show(@Caller() principal: Principal): Promise<TestClockPage> {
    const clock = await this.queries.execute(new GetTestClock());
    const coming = clock.movingTo
      ? undefined
      : await this.queries.execute(new GetAgenda(principal.scope, COMING));
    return testClockPage(clock, isPermitted(principal, 'operations:manage'), COMING.days, coming);
  }

  /** The same without what comes next: a page asks for it every second while the clock moves. */
  @Page('now', 'test-clock', 'operations:read')
  async now(@Caller() principal: Principal): Promise<TestClockPage> {
    const clock = await this.queries.execute(new GetTestClock());
    return testClockPage(clock, isPermitted(principal, 'operations:manage'), COMING.days);
  }

  @FormAction('move', 'operations:manage', { changes: 'test' })
  async move(@Form({ schema: moveForm }) { now }: z.output<typeof moveForm>): Promise<SeeOther> {
    const moved = this.commands.execute(new MoveTestClock(now)).then(() => true);
    const isOver = await Promise.race([moved, after(WAIT_MS, false, { ref: false })]);
    if (!isOver)
      moved.catch((error: unknown) =>
        this.#logger.warn(`The test clock did not arrive: ${messageOf(error)}`),
      );
    return seeClock(isOver ? 'test-clock-moved' : 'test-clock-moving');
  }

  @FormAction('stop', 'operations:manage')
  async stop(): Promise<SeeOther> {
    await this.commands.execute(new StopTestClock());
    return seeClock('test-clock-stopped');
  }
}

const seeClock = (done: Done): SeeOther => ({ seeOther: href(at('test-clock'), { done }) });
