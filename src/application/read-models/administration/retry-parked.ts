import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Parked, type ParkedResult } from './parked.js';

/** Apply the waiting events to a parked document again, from its last good state. Answers with what became of it. */
export class RetryParked extends Command<ParkedResult> {
  constructor(
    readonly projection: string,
    readonly documentId: string,
  ) {
    super();
  }
}

@CommandHandler(RetryParked)
export class RetryParkedHandler implements ICommandHandler<RetryParked> {
  constructor(private readonly parked: Parked) {}

  /** @throws HeraldError `not-found`, `replay-under-way`, `rebuild-owned-elsewhere`. */
  async execute({ projection, documentId }: RetryParked): Promise<ParkedResult> {
    this.parked.get(projection, documentId);
    return this.parked.retry(projection, documentId);
  }
}
