import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { LogRestored } from '../events/log-restored.js';
import { Aggregates } from './aggregates.js';

/** Clears the cache of aggregates when the log was restored. */
@EventsHandler(LogRestored)
export class ForgetAfterRestore implements IEventHandler<LogRestored> {
  constructor(private readonly aggregates: Aggregates) {}

  handle(): void {
    this.aggregates.forget();
  }
}
