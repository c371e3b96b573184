import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApprovalQueue, type ApprovalQueueCommand } from '../../domain/approval-queue/approval-queue.js';
import { Aggregates, type Outcome, type Request } from '../aggregates/aggregates.js';

/** What the platform or a person tells of a queue, in order. Answers an outcome for each. */
export class TellApprovalQueue extends Command<readonly Outcome[]> {
  constructor(
    readonly partnerId: string,
    readonly requests: readonly Request<ApprovalQueueCommand>[],
  ) {
    super();
  }
}

@CommandHandler(TellApprovalQueue)
export class TellApprovalQueueHandler implements ICommandHandler<TellApprovalQueue> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ partnerId, requests }: TellApprovalQueue): Promise<readonly Outcome[]> {
    return this.aggregates.execute(ApprovalQueue, partnerId, requests);
  }
}
