import { Injectable } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import type { Decision } from '../../domain/notification/decision.js';
import { Aggregates, type AppendedEvent } from '../aggregates/aggregates.js';
import { PlatformEventsReceived } from '../events/platform-events-received.js';
import { Metrics } from '../ports/metrics.js';
import { outcomeOf } from './outcome-of.js';

/** Counts what this instance takes in and records, each once. */
@Injectable()
@EventsHandler(PlatformEventsReceived)
export class EventMetrics implements IEventHandler<PlatformEventsReceived> {
  constructor(
    aggregates: Aggregates,
    private readonly metrics: Metrics,
  ) {
    aggregates.appended.subscribe((events) => {
      for (const event of events) this.#count(event);
    });
    aggregates.appendFailed.subscribe(() => metrics.count('herald_append_failures_total'));
  }

  handle({ receptions }: PlatformEventsReceived): void {
    for (const { type, result } of receptions)
      this.metrics.count('herald_ingested_events_total', { type, result });
  }

  #count(event: AppendedEvent): void {
    if (event.type === 'NotificationRaised') this.#countDecision(event, 'raised');
    if (event.type === 'NotificationWithheld') this.#countDecision(event, 'withheld');
    if (event.type === 'SendStarted') this.metrics.count('herald_attempts_total');
    const outcome = outcomeOf(event);
    if (outcome) this.metrics.count('herald_outcomes_total', { outcome });
  }

  #countDecision({ data }: AppendedEvent, decision: 'raised' | 'withheld'): void {
    const { rule, lateBy, reason } = data as Partial<Decision> & { readonly reason?: string };
    const labels = { rule: rule ?? 'other', decision, reason: reason ?? 'none' };
    this.metrics.count('herald_decisions_total', labels);
    if (decision === 'raised')
      this.metrics.observe('herald_decision_lateness_seconds', { rule: labels.rule }, (lateBy ?? 0) / 1_000);
  }
}
