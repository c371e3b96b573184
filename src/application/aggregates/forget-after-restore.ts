import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { LogRestored } from '../events/log-restored.js';
import { Aggregates } from './aggregates.js';

/** Aggregates in memory belong to the log that they were loaded from. */
@EventsHandler(LogRestored)
export class ForgetAfterRestore implements IEventHandler<LogRestored> {
  constructor(private readonly aggregates: Aggregates) {}

  handle(): void {
    this.aggregates.forget();
  }
}
