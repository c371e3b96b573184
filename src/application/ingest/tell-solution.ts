import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Solution, type SolutionCommand } from '../../domain/solution/solution.js';
import { Aggregates, type Request, type Result } from '../aggregates/aggregates.js';

/** What the platform or a person tells of a solution, in order. Answers for each: an outcome, or why it was refused. */
export class TellSolution extends Command<readonly Result[]> {
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

  execute({ solutionId, requests }: TellSolution): Promise<readonly Result[]> {
    return this.aggregates.executeEach(Solution, solutionId, requests);
  }
}
