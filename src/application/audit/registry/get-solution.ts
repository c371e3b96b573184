import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { covers, type Scope } from '../../../domain/access/scope.js';
import { ReadModels } from '../../read-models/engine/read-models.js';
import { type SolutionDocument, solutions } from '../../read-models/solutions/solutions.js';
import { notFound } from '../not-found.js';

/** One solution with its settings. */
export class GetSolution extends Query<SolutionDocument> {
  constructor(
    readonly scope: Scope,
    readonly solutionId: string,
  ) {
    super();
  }
}

@QueryHandler(GetSolution)
export class GetSolutionHandler implements IQueryHandler<GetSolution> {
  constructor(private readonly readModels: ReadModels) {}

  /** @throws HeraldError `not-found`, `read-models-rebuilding`. */
  async execute({ scope, solutionId }: GetSolution): Promise<SolutionDocument> {
    const solution = (await this.readModels.get<SolutionDocument>(solutions, [solutionId])).get(solutionId);
    if (solution && covers(scope, solutionId)) return solution;
    throw notFound(`There is no solution ${solutionId}.`, 'GET /v1/solutions for the known ones');
  }
}
