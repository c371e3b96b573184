import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Scope } from '../../../domain/access/scope.js';
import { MAX_CAUSES_PER_ANSWER } from '../../../domain/bounds.js';
import type { Cause, Instant } from '../../../domain/kernel/event.js';
import { Partner } from '../../../domain/partner/partner.js';
import type { Condition } from '../../../domain/rules/shared/verdict.js';
import { Solution } from '../../../domain/solution/solution.js';
import { streamOf } from '../../aggregates/streams.js';
import { eventAt } from '../../events/single-event.js';
import { EventStore, type StoredEvent } from '../../ports/event-store.js';
import { NotificationTrail, type RecordedDecision } from '../history/notification-trail.js';
import { type PersonNotes, PersonNotesOf } from '../people/person-notes.js';
import { whySentence } from '../sentences.js';
import { RuleReevaluation } from '../verify/rule-reevaluation.js';
import { cameOutTheSame } from './same-conditions.js';

/** An event that a decision follows from, as stored in the log. */
export interface CausingEvent extends Cause {
  readonly stream: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly source?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Why {
  readonly notificationId: string;
  /** The complete reason as one sentence. */
  readonly sentence: string;
  readonly conditions: readonly Condition[];
  readonly causes: readonly CausingEvent[];
  /** Who chose the preference, and who gave and changed the address, as far as the recipient is a person. */
  readonly person: Omit<PersonNotes, 'says'>;
  /**
   * The result of running the rule again on the log as it was before the decision; for a mail about one that did not arrive, what was
   * decided about that one.
   */
  readonly recomputed: {
    readonly agrees: boolean;
    readonly ruleVersion: number;
    readonly conditions: readonly Condition[];
  };
}

/** Why a notification was raised, or withheld. */
export class GetWhy extends Query<Why> {
  constructor(
    readonly scope: Scope,
    readonly notificationId: string,
  ) {
    super();
  }
}

@QueryHandler(GetWhy)
export class GetWhyHandler implements IQueryHandler<GetWhy> {
  constructor(
    private readonly trails: NotificationTrail,
    private readonly evaluation: RuleReevaluation,
    private readonly notes: PersonNotesOf,
    private readonly log: EventStore,
  ) {}

  /** @throws HeraldError `not-found`. */
  async execute({ scope, notificationId }: GetWhy): Promise<Why> {
    const trail = await this.trails.of(scope, notificationId);
    const { decided, decision } = trail;
    const { conditions, slot } = decision;
    const { occurredAt } = decided.metadata;
    const { verdict: again } = await this.evaluation.again(decision, occurredAt, decided.position);
    const causes = await Promise.all(
      decision.causes.slice(0, MAX_CAUSES_PER_ANSWER).map((cause) => this.#cause(cause, decision)),
    );
    const { says, ...person } = await this.notes.decision(trail);
    if (person.preference) causes.push(await this.#cause(person.preference, decision));
    return {
      notificationId,
      sentence: [whySentence(trail), says].filter(Boolean).join(' '),
      conditions,
      causes: causes.filter((cause) => cause !== undefined),
      person,
      recomputed: {
        agrees: again.due && again.slot?.key === slot.key && cameOutTheSame(again.conditions, conditions),
        ruleVersion: again.ruleVersion,
        conditions: again.conditions,
      },
    };
  }

  async #cause(cause: Cause, decision: RecordedDecision): Promise<CausingEvent | undefined> {
    const { eventId, type } = cause;
    const event = (await this.#at(cause)) ?? (await this.#inStreams(eventId, decision));
    return event && { eventId, position: event.position, type, ...shown(event) };
  }

  async #at({ eventId, position }: Cause): Promise<StoredEvent | undefined> {
    const event = await eventAt(this.log, position);
    return event?.id === eventId ? event : undefined;
  }

  /** In a copied log, events may have other positions than the recorded ones. */
  async #inStreams(eventId: string, decision: RecordedDecision): Promise<StoredEvent | undefined> {
    const { subject, partnerId, solutionId } = decision;
    const streams = [
      streamOf(subject.kind, subject.id),
      streamOf(Partner.category, partnerId),
      streamOf(Solution.category, solutionId),
    ];
    for (const stream of streams)
      for await (const event of this.log.readStream(stream)) if (event.id === eventId) return event;
    return undefined;
  }
}

const shown = ({ stream, metadata, data }: StoredEvent) => ({
  stream,
  occurredAt: metadata.occurredAt,
  recordedAt: metadata.recordedAt,
  source: metadata.source,
  sourceId: metadata.sourceId,
  data,
});
