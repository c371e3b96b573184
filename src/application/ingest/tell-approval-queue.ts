import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApprovalQueue, type ApprovalQueueCommand } from '../../domain/approval-queue/approval-queue.js';
import { Aggregates, type Request, type Result } from '../aggregates/aggregates.js';

/** What the platform or a person tells of a queue, in order. Answers for each: an outcome, or why it was refused. */
export class TellApprovalQueue extends Command<readonly Result[]> {
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

  execute({ partnerId, requests }: TellApprovalQueue): Promise<readonly Result[]> {
    return this.aggregates.executeEach(ApprovalQueue, partnerId, requests);
  }
}
