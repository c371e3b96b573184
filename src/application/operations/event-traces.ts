import { Injectable } from '@nestjs/common';
import { Aggregates } from '../aggregates/aggregates.js';
import { Tracing } from '../ports/tracing.js';

/** Starts a trace for every event that may have consequences. */
@Injectable()
export class EventTraces {
  constructor(aggregates: Aggregates, tracing: Tracing) {
    aggregates.appended.subscribe((events) => {
      for (const { id, stream, type } of events)
        if (!/^(notification|accessLog)-/.test(stream)) tracing.recorded(id, type);
    });
  }
}
