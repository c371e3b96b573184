import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { projectionNamed } from '../all.js';
import { Projections } from '../engine/projections.js';

/** Retry all parked documents of a projection. */
export class RetryProjection extends Command<void> {
  constructor(readonly projection: string) {
    super();
  }
}

@CommandHandler(RetryProjection)
export class RetryProjectionHandler implements ICommandHandler<RetryProjection> {
  constructor(private readonly projections: Projections) {}

  /** @throws HeraldError `not-found`. */
  async execute({ projection }: RetryProjection): Promise<void> {
    await this.projections.retry(projectionNamed(projection).name);
  }
}
