import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Solution, type SolutionCommand } from '../../domain/solution/solution.js';
import { Aggregates, type Outcome, type Request } from '../aggregates/aggregates.js';

/** What the platform or a person tells of a solution, in order. Answers an outcome for each. */
export class TellSolution extends Command<readonly Outcome[]> {
  constructor(
    readonly solutionId: string,
    readonly requests: readonly Request<SolutionCommand>[],
  ) {
    super();
  }
}

@CommandHandler(TellSolution)
export class TellSolutionHandler implements ICommandHandler<TellSolution> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ solutionId, requests }: TellSolution): Promise<readonly Outcome[]> {
    return this.aggregates.execute(Solution, solutionId, requests);
  }
}
