import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/kernel/event.js';
import type { Decision } from '../../domain/notification/decision.js';
import { recipientOnRecord } from '../../domain/rules/shared/sentinels.js';
import { EventStore } from '../ports/event-store.js';
import type { Parameters } from './parameters.js';
import { type Notified, Simulation } from './simulation.js';

/** Who would have been notified, and who was. */
export interface WhatIf {
  readonly would: readonly Notified[];
  readonly did: readonly Notified[];
}

/** Who would have been notified between two moments with other parameters, and who was. */
export class AskWhatIf extends Query<WhatIf> {
  constructor(
    readonly from: Instant,
    readonly to: Instant,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(AskWhatIf)
export class AskWhatIfHandler implements IQueryHandler<AskWhatIf> {
  constructor(private readonly log: EventStore) {}

  /** Reads the log once. */
  async execute({ from, to, parameters }: AskWhatIf): Promise<WhatIf> {
    const simulation = new Simulation(from, parameters);
    const did: Notified[] = [];
    for await (const batch of this.log.readAll()) {
      for (const event of batch) {
        if (event.metadata.recordedAt >= to) break;
        if (event.type === 'NotificationRaised' && event.metadata.recordedAt >= from)
          did.push(notifiedBy(event.data as unknown as Decision, event.metadata.recordedAt));
        simulation.take(event);
      }
      if ((batch.at(-1)?.metadata.recordedAt ?? '') >= to) break;
    }
    simulation.end(to);
    return { would: simulation.notified, did };
  }
}

const notifiedBy = ({ rule, recipient, escalation, partnerId }: Decision, at: Instant): Notified => ({
  rule,
  userId: recipientOnRecord(recipient, escalation).userId,
  name: recipient.name,
  partnerId,
  at,
});
