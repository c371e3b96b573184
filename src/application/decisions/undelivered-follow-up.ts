import { Injectable, Logger } from '@nestjs/common';
import { MAX_FOLLOW_UP_DAYS } from '../../domain/bounds.js';
import { causeOf, type Instant } from '../../domain/kernel/event.js';
import { DAY, plus } from '../../domain/kernel/instant.js';
import { withoutStop } from '../../domain/kernel/text.js';
import type { Decision, RaisedContent } from '../../domain/notification/decision.js';
import { Notification, type NotificationState } from '../../domain/notification/notification.js';
import { undelivered } from '../../domain/notification/undelivered.js';
import type { UnreachedReason } from '../../domain/rules/shared/escalation.js';
import { recipientOnRecord } from '../../domain/rules/shared/sentinels.js';
import type { Condition } from '../../domain/rules/shared/verdict.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { notificationIdOf } from '../aggregates/ids.js';
import { recorded, streamOf } from '../aggregates/streams.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { EventStore, type StoredEvent } from '../ports/event-store.js';
import { DigestReturns } from './digest-returns.js';
import { Escalations } from './escalations.js';

/** The end of a notification that did not reach its recipient. */
interface Failure {
  readonly decision: Decision;
  readonly sender: string;
  /** The event that says so. */
  readonly event: StoredEvent;
  readonly outcome: UnreachedReason;
  /** What the mail server, or the person who abandoned it, said. */
  readonly reason: string;
}

/**
 * What follows from a notification that ended undelivered: the posts of a digest are new again, and the solution's escalation
 * contact is notified, once.
 */
@Injectable()
export class UndeliveredFollowUp {
  readonly #log = new Logger(UndeliveredFollowUp.name);

  constructor(
    private readonly aggregates: Aggregates,
    private readonly log: EventStore,
    private readonly escalations: Escalations,
    private readonly returns: DigestReturns,
    private readonly clock: ClockGuard,
  ) {}

  /** Does all that follows, unless that was done before. @throws HeraldError `notification-unknown`. */
  async followUp(notificationId: string): Promise<void> {
    const state = await this.aggregates.load(Notification, notificationId);
    if (!undelivered(state) || state.followedUp) return;
    const at = this.clock.now();
    const failure = await this.#failure(notificationId, state);
    const escalation = failure && !isLongAgo(failure, at) ? await this.#act(failure, at) : undefined;
    // Recorded last: after a crash before this line everything is repeated, and finds what was done.
    const data = { notificationId, ...(escalation ? { escalation } : {}) };
    const command = { type: 'FollowUp', data, at } as const;
    await this.aggregates.execute(Notification, notificationId, [{ command, context: { actor: 'clock' } }]);
  }

  /** @returns the id of the notification to the escalation contact, if there is one. */
  async #act(failure: Failure, at: Instant): Promise<string | undefined> {
    const { decision } = failure;
    await this.returns.giveBack(decision, at);
    if (!decision.escalation) return this.#escalate(failure, at);
    const { notificationId, solutionId } = decision;
    this.#log.warn('The escalation contact was not reached', { notificationId, solutionId });
    return undefined;
  }

  #escalate(
    { decision, sender, event, outcome, reason }: Failure,
    now: Instant,
  ): Promise<string | undefined> {
    const { rule, subject, slot, recipient, notificationId } = decision;
    const { name, userId, address } = recipient;
    const undelivered = {
      ...{ notificationId, userId, outcome, name, sender, address: address.value },
      ...(reason ? { reply: reason } : {}),
    };
    return this.escalations.escalate(
      {
        decision,
        undelivered,
        idFor: (contact) => notificationIdOf(rule, subject, contact, `${slot.key}!${notificationId}`),
        condition: hasArrived(decision, outcome, reason),
        cause: causeOf(recorded(event)),
      },
      now,
    );
  }

  async #failure(notificationId: string, { phase }: NotificationState): Promise<Failure | undefined> {
    const events: StoredEvent[] = [];
    for await (const event of this.log.readStream(streamOf(Notification.category, notificationId)))
      events.push(event);
    const raised = events.find(({ type }) => type === 'NotificationRaised');
    const event = events.findLast(({ type }) => ENDINGS.includes(type));
    if (!raised || !event) return undefined;
    const onRecord = raised.data as unknown as Decision & Partial<RaisedContent>;
    const recipient = recipientOnRecord(onRecord.recipient, onRecord.escalation);
    const decision = { ...onRecord, recipient };
    return {
      decision,
      sender: onRecord.from?.address ?? '',
      event,
      outcome: phase as UnreachedReason,
      reason: String(event.data.reason ?? ''),
    };
  }
}

const ENDINGS = ['Rejected', 'GivenUp', 'Bounced', 'OutcomeResolved'];

/** What ended long ago, such as before an upgrade to a version that follows up, is nobody's news. */
const isLongAgo = ({ event }: Failure, now: Instant): boolean =>
  event.metadata.recordedAt < plus(now, -MAX_FOLLOW_UP_DAYS * DAY);

const hasArrived = (
  { notificationId, recipient }: Decision,
  outcome: UnreachedReason,
  reason: string,
): Condition => ({
  name: 'mail-has-arrived',
  holds: false,
  says: `The mail to ${recipient.name} <${recipient.address.value}> ${HOW[outcome] ?? 'did not arrive'}${reason ? `: ${withoutStop(reason)}` : ''}.`,
  facts: { notificationId, outcome },
});

const HOW: Readonly<Partial<Record<UnreachedReason, string>>> = {
  rejected: 'was refused by the mail server',
  'given-up': 'was given up',
  bounced: 'came back',
  abandoned: 'was in doubt, and a person has abandoned it',
};
