import type { Instant } from '../../domain/kernel/event.js';
import type { Decision } from '../../domain/notification/decision.js';
import { recipientOnRecord } from '../../domain/rules/shared/sentinels.js';
import type { EventStore } from '../ports/event-store.js';
import type { Parameters } from './parameters.js';
import { type Notified, Simulation } from './simulation.js';

/** Who would have been notified, and who was. */
export interface WhatIf {
  readonly would: readonly Notified[];
  readonly did: readonly Notified[];
}

/**
 * Who would have been notified between two moments with other parameters, and who was. Reads the log once.
 * @param done called after each batch with its number of events.
 */
export async function whatIf(
  log: EventStore,
  from: Instant,
  to: Instant,
  parameters: Parameters,
  done: (events: number) => void,
): Promise<WhatIf> {
  const simulation = new Simulation(from, parameters);
  const did: Notified[] = [];
  for await (const batch of log.readAll()) {
    for (const event of batch) {
      if (event.metadata.recordedAt >= to) break;
      if (event.type === 'NotificationRaised' && event.metadata.recordedAt >= from)
        did.push(notifiedBy(event.data as unknown as Decision, event.metadata.recordedAt));
      simulation.take(event);
    }
    done(batch.length);
    if ((batch.at(-1)?.metadata.recordedAt ?? '') >= to) break;
  }
  simulation.end(to);
  return { would: simulation.notified, did };
}

const notifiedBy = ({ rule, recipient, escalation, partnerId }: Decision, at: Instant): Notified => ({
  rule,
  userId: recipientOnRecord(recipient, escalation).userId,
  name: recipient.name,
  partnerId,
  at,
});
