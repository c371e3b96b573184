import { QueryBus } from '@nestjs/cqrs';
import * as z from 'zod';
import { GetCoverage } from '../../../application/coverage/get-coverage.js';
import { Clock } from '../../../application/ports/clock.js';
import type { Principal } from '../../../domain/access/principal.js';
import { Caller } from '../../http/access/caller.js';
import { ExpensiveRead } from '../../http/limits/expensive-read.js';
import { coverageQuery } from '../../http/query-schemas.js';
import { Filters } from '../kit/form.js';
import { ConsoleController, Page } from '../kit/page.js';
import { type CoveragePage, coveragePage } from './coverage-page.js';

/** Those of the API; the date is today's, unless another is asked for. */
const coverageFilters = coverageQuery.extend({ whole: z.literal('yes').optional() }).partial({ date: true });

/** How long a page is computed before it is shown with what is known by then, in milliseconds. */
const FIRST_MS = 25;

/** Whether anybody was missed on a date. */
@ConsoleController('coverage')
export class CoveragePageController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Page('', 'coverage', 'history:read')
  @ExpensiveRead()
  async show(
    @Filters({ schema: coverageFilters }) given: z.output<typeof coverageFilters>,
    @Caller() { scope }: Principal,
  ): Promise<CoveragePage> {
    const filters = { ...given, date: given.date ?? this.clock.now().slice(0, 10) };
    const { solution: solutionId, partner: partnerId, whole, ...rest } = filters;
    const withinMs = whole === undefined ? FIRST_MS : undefined;
    const answer = await this.queries.execute(
      new GetCoverage(scope, { ...rest, solutionId, partnerId, withinMs }),
    );
    return coveragePage(filters, answer);
  }
}
