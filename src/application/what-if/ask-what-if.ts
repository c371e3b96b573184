import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/kernel/event.js';
import type { Decision } from '../../domain/notification/decision.js';
import type { RuleId } from '../../domain/rules/shared/rule-id.js';
import { recipientOnRecord } from '../../domain/rules/shared/sentinels.js';
import { withRests } from '../concurrency/with-rests.js';
import { EventStore, type StoredEvent } from '../ports/event-store.js';
import type { Parameters } from './parameters.js';
import { type Simulated, Simulation } from './simulation.js';

/** Somebody who is notified. */
export interface Notified {
  readonly rule: RuleId;
  readonly userId: string;
  readonly name: string;
  readonly partnerId: string;
  readonly at: Instant;
}

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
    const would: Notified[] = [];
    const did: Notified[] = [];
    const note = async (decided: Iterable<Simulated | undefined>) => {
      for await (const one of withRests(decided)) would.push(...notifiedBy(one));
    };
    for await (const batch of this.log.readAll()) {
      const end = batch.findIndex(({ metadata }) => metadata.recordedAt >= to);
      const events = end < 0 ? batch : batch.slice(0, end);
      for (const event of events)
        if (isFirstDecision(event) && event.metadata.recordedAt >= from)
          did.push(onRecord(event.data as unknown as Decision, event.metadata.recordedAt));
      await note(simulation.takeAll(events));
      if (end >= 0) break;
    }
    await note(simulation.end(to));
    return { would, did };
  }
}

/** What follows from delivery, such as a mail to a new address, is nothing that other parameters decide. */
const isFirstDecision = ({ type, data }: StoredEvent): boolean =>
  type === 'NotificationRaised' && data.instead === undefined && data.undelivered === undefined;

const notifiedBy = ({ verdict: { rule }, decisions, partnerId, at }: Simulated): readonly Notified[] =>
  decisions
    .filter(({ reason }) => reason === undefined)
    .map(({ recipient: { userId, name } }) => ({ rule, userId, name, partnerId, at }));

const onRecord = ({ rule, recipient, escalation, partnerId }: Decision, at: Instant): Notified => ({
  rule,
  userId: recipientOnRecord(recipient, escalation).userId,
  name: recipient.name,
  partnerId,
  at,
});
