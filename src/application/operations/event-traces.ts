import { Injectable } from '@nestjs/common';
import { Aggregates } from '../aggregates/aggregates.js';
import { Tracing } from '../ports/tracing.js';

/** Begins a trace for every event that something can follow from. */
@Injectable()
export class EventTraces {
  constructor(aggregates: Aggregates, tracing: Tracing) {
    aggregates.appended.subscribe((events) => {
      for (const { id, stream, type } of events)
        if (!stream.startsWith('notification-')) tracing.recorded(id, type);
    });
  }
}
