import { Injectable, Logger } from '@nestjs/common';
import { MAX_FOLLOW_UP_DAYS } from '../../domain/bounds.js';
import { causeOf, type Instant } from '../../domain/kernel/event.js';
import { DAY, plus } from '../../domain/kernel/instant.js';
import type { Decision } from '../../domain/notification/decision.js';
import { Notification, type NotificationState } from '../../domain/notification/notification.js';
import { undelivered } from '../../domain/notification/undelivered.js';
import { factsFor, readerOf } from '../../domain/rules/asking-again.js';
import { definitionOf } from '../../domain/rules/notifications.js';
import type { Escalation, UnreachedReason } from '../../domain/rules/shared/escalation.js';
import { escalationOf } from '../../domain/rules/shared/recipients.js';
import { recipientOnRecord } from '../../domain/rules/shared/sentinels.js';
import type { Condition, DueVerdict } from '../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { notificationIdOf } from '../aggregates/ids.js';
import { recorded, streamOf } from '../aggregates/streams.js';
import { ClockGuard } from '../clock/clock-guard.js';
import { EventStore, type StoredEvent } from '../ports/event-store.js';
import { DecisionContexts } from './decision-contexts.js';
import { DecisionFacts } from './decision-facts.js';
import { DigestReturns } from './digest-returns.js';
import { type DecisionContext, NotificationRecorder } from './notification-recorder.js';

/** The end of a notification that did not reach its recipient. */
interface Failure {
  readonly decision: Decision;
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
    private readonly facts: DecisionFacts,
    private readonly contexts: DecisionContexts,
    private readonly recorder: NotificationRecorder,
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

  async #escalate(failure: Failure, now: Instant): Promise<string | undefined> {
    const { decision, outcome } = failure;
    const { rule, subject, slot, recipient, notificationId } = decision;
    const of = await this.#context(failure, now);
    const contact = escalationOf(of?.settings);
    if (!of || !contact) return undefined;
    const id = notificationIdOf(rule, subject, contact, `${slot.key}!${notificationId}`);
    const about = { notificationId, userId: recipient.userId, outcome };
    const wanted = { recipient: contact, escalation: true, lateBy: 0, conditions: of.verdict.conditions };
    await this.recorder.recordAs(id, of.verdict, { ...of.context, undelivered: about }, wanted);
    return id;
  }

  /** Undefined if the solution is not known. */
  async #context(failure: Failure, now: Instant) {
    const { decision } = failure;
    const { subject } = decision;
    const verdict = verdictOf(failure);
    if (subject.kind === 'socialAccount') {
      const facts = await this.facts.ofAccount(subject.id);
      const { settings } = facts.solution;
      const isOwner = facts.account.connection?.value.ownerId === decision.recipient.userId;
      return (
        settings &&
        toldWith(this.contexts.ofAccount(verdict, facts, settings, now, told(failure, isOwner)), verdict)
      );
    }
    const facts = factsFor(decision, await this.facts.ofQueue(subject.id));
    const { settings } = facts.solution;
    const mine = { ...verdict, userId: readerOf(decision).userId };
    return (
      settings && toldWith(this.contexts.ofQueue(mine, facts, settings, now, told(failure, false)), mine)
    );
  }

  async #failure(notificationId: string, { phase }: NotificationState): Promise<Failure | undefined> {
    const events: StoredEvent[] = [];
    for await (const event of this.log.readStream(streamOf(Notification.category, notificationId)))
      events.push(event);
    const raised = events.find(({ type }) => type === 'NotificationRaised');
    const event = events.findLast(({ type }) => ENDINGS.includes(type));
    if (!raised || !event) return undefined;
    const onRecord = raised.data as unknown as Decision;
    const recipient = recipientOnRecord(onRecord.recipient, onRecord.escalation);
    const decision = { ...onRecord, recipient };
    return { decision, event, outcome: phase as UnreachedReason, reason: String(event.data.reason ?? '') };
  }
}

const ENDINGS = ['Rejected', 'GivenUp', 'Bounced', 'OutcomeResolved'];

/** What ended long ago, such as before an upgrade to a version that follows up, is nobody's news. */
const isLongAgo = ({ event }: Failure, now: Instant): boolean =>
  event.metadata.recordedAt < plus(now, -MAX_FOLLOW_UP_DAYS * DAY);

const toldWith = (context: DecisionContext, verdict: DueVerdict) => ({
  ...{ context, verdict, settings: context.settings satisfies SolutionSettings },
});

const told =
  ({ decision: { recipient }, outcome, reason }: Failure, isOwner: boolean) =>
  (): Escalation => ({
    kind: 'undelivered',
    people: [
      {
        ...{ name: recipient.name, isOwner, reason: outcome, address: recipient.address.value },
        ...(reason ? { reply: reason } : {}),
      },
    ],
    more: 0,
  });

/** The decision's own verdict, and that it did not arrive. */
const verdictOf = (failure: Failure): DueVerdict => {
  const { rule, subject, slot, conditions, causes, requestId } = failure.decision;
  return {
    ...{ rule, ruleVersion: definitionOf(rule).version, subject, slot },
    ...{ due: true, lateBy: 0, audience: [] },
    conditions: [...conditions, hasArrived(failure)],
    // The first cause of an answer to a Send Now is the request.
    causes: [...causes.slice(0, 1), causeOf(recorded(failure.event)), ...causes.slice(1)],
    ...(requestId === undefined ? {} : { requestId }),
  };
};

const hasArrived = ({ decision, outcome, reason }: Failure): Condition => {
  const { notificationId, recipient } = decision;
  return {
    name: 'mail-has-arrived',
    holds: false,
    says: `The mail to ${recipient.name} <${recipient.address.value}> ${HOW[outcome] ?? 'did not arrive'}${reason ? `: ${reason.replace(/\.$/, '')}` : ''}.`,
    facts: { notificationId, outcome },
  };
};

const HOW: Readonly<Partial<Record<UnreachedReason, string>>> = {
  rejected: 'was refused by the mail server',
  'given-up': 'was given up',
  bounced: 'came back',
  abandoned: 'was in doubt, and a person has abandoned it',
};
