import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { MAX_DECISIONS_PER_SLOT, MAX_REMEMBERED_VERDICTS } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { latestOf, toMillis } from '../../domain/kernel/instant.js';
import type { Decision } from '../../domain/notification/decision.js';
import { escalationAbout } from '../../domain/notification/escalated.js';
import { Notification } from '../../domain/notification/notification.js';
import { SENDER_REFUSED } from '../../domain/notification/urgent.js';
import {
  factsFor,
  type Standing,
  standingOnAccount,
  standingOnQueue,
} from '../../domain/rules/asking-again.js';
import { accountNotification } from '../../domain/rules/notifications.js';
import type { AccountFacts, QueueFacts } from '../../domain/rules/shared/facts.js';
import { type RecipientDecision, recipientDecisions } from '../../domain/rules/shared/recipient-decisions.js';
import { escalationOf } from '../../domain/rules/shared/recipients.js';
import { recipientOnRecord } from '../../domain/rules/shared/sentinels.js';
import {
  type Condition,
  type DueVerdict,
  isDue,
  latenessFor,
  type Recipient,
  type Verdict,
} from '../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { notificationIdOf } from '../aggregates/ids.js';
import { Clock } from '../ports/clock.js';
import { DecisionContexts } from './decision-contexts.js';
import { DecisionFacts } from './decision-facts.js';
import { DigestReturns } from './digest-returns.js';
import { type DecisionContext, NotificationRecorder } from './notification-recorder.js';

/** For so long, in milliseconds, a verdict on the same facts is the same: an account may have thousands of recipients. */
const VERDICT_MS = 1_000;

interface Remembered {
  readonly facts: AccountFacts;
  readonly at: Instant;
  readonly verdict: Verdict;
}

/**
 * Asks the rule of a raised notification again, before an attempt at its message, on the facts as they are then. One that is no
 * longer due is superseded, and what is due instead is decided.
 */
@Injectable()
export class Reconsideration {
  readonly #verdicts = new LRUCache<string, Remembered>({
    maxSize: MAX_REMEMBERED_VERDICTS,
    sizeCalculation: ({ verdict }) => 1 + verdict.audience.length,
  });

  constructor(
    private readonly facts: DecisionFacts,
    private readonly aggregates: Aggregates,
    private readonly recorder: NotificationRecorder,
    private readonly contexts: DecisionContexts,
    private readonly returns: DigestReturns,
    private readonly clock: Clock,
  ) {}

  /** Whether the message is still due as it was frozen; if not, that is recorded. @throws HeraldError `notification-unknown`. */
  async isStillDue(onRecord: Decision): Promise<boolean> {
    const recipient = recipientOnRecord(onRecord.recipient, onRecord.escalation);
    const decision = { ...onRecord, recipient };
    const { subject, undelivered, slot } = decision;
    // A clock that was set back may stand before the slot, when the mail was not due yet: that is no reason against it.
    const now = latestOf(this.clock.now(), slot.at);
    const told = undelivered && (() => escalationAbout(undelivered));
    const facts = this.facts.recent();
    if (subject.kind === 'socialAccount') {
      const account = await facts.ofAccount(subject.id);
      const standing = standingOnAccount(decision, account, this.#verdict(decision, account, now), now);
      return this.#settle(decision, standing, account, now, (verdict, settings) =>
        this.contexts.ofAccount(verdict, account, settings, now, told),
      );
    }
    const queue = await facts.ofQueue(subject.id);
    return this.#settle(decision, standingOnQueue(decision, queue, now), queue, now, (verdict, settings) =>
      this.contexts.ofQueue(
        { ...verdict, userId: verdict.userId ?? decision.recipient.userId },
        factsFor(decision, queue),
        settings,
        now,
        told,
      ),
    );
  }

  /** What the rule says of an account; the same for all of its recipients. */
  #verdict({ rule }: Decision, facts: AccountFacts, now: Instant): Verdict {
    const key = `${rule} ${facts.accountId}`;
    const known = this.#verdicts.get(key);
    if (known && isSame(known.facts, facts) && Math.abs(toMillis(now) - toMillis(known.at)) < VERDICT_MS)
      return known.verdict;
    const verdict = accountNotification(rule).decide(facts, now);
    this.#verdicts.set(key, { facts, at: now, verdict });
    return verdict;
  }

  /** What is due instead comes first: after a crash before the end the message still waits, and is asked about again. */
  async #settle(
    decision: Decision,
    standing: Standing,
    { solution: { settings } }: AccountFacts | QueueFacts,
    now: Instant,
    contextOf: (verdict: DueVerdict, settings: SolutionSettings) => DecisionContext,
  ): Promise<boolean> {
    const { against } = standing;
    if (against.length === 0 || (isLastAnswer(decision) && isAboutContent(against))) return true;
    const { notificationId } = decision;
    const instead = settings ? await this.#decideInstead(decision, standing, settings, contextOf) : [];
    if (instead.length === 0) await this.returns.giveBack(decision, now, isAboutContent(against));
    const reason = against.map(({ says }) => says).join(' ');
    const data = { notificationId, reason, conditions: against, ...(instead.length > 0 ? { instead } : {}) };
    const command = { type: 'Supersede', data, at: now } as const;
    await this.aggregates.execute(Notification, notificationId, [
      { command, context: { actor: 'delivery' } },
    ]);
    return false;
  }

  /** @returns the ids of the notifications that are raised in its place. */
  async #decideInstead(
    decision: Decision,
    standing: Standing,
    settings: SolutionSettings,
    contextOf: (verdict: DueVerdict, settings: SolutionSettings) => DecisionContext,
  ): Promise<readonly string[]> {
    const wanted = await this.#wantedInstead(decision, standing, settings);
    const { verdict } = standing;
    if (wanted.length === 0 || !isDue(verdict)) return [];
    const context = contextOf(verdict, settings);
    const { notificationId: instead, undelivered, covers, upTo } = decision;
    const inPlace = {
      ...context,
      instead,
      ...(undelivered ? { undelivered } : {}),
      ...(covers && upTo !== undefined ? { covers, upTo } : {}),
    };
    const raised: string[] = [];
    for (const one of wanted) {
      const id = await this.#idInstead(decision, one);
      const conditions = [...one.conditions, inPlaceOf(decision, standing.against)];
      if (id && (await this.recorder.recordAs(id, verdict, inPlace, { ...one, conditions }))) raised.push(id);
    }
    return raised;
  }

  /**
   * The same person at a new address; or everybody whom the rule names now, if nobody else is notified for this slot. None if the
   * occasion is over.
   */
  async #wantedInstead(
    decision: Decision,
    { against, verdict, isSameOccasion }: Standing,
    settings: SolutionSettings,
  ): Promise<readonly RecipientDecision[]> {
    const hasMoved = against.every(({ name }) => name === 'address-is-the-same');
    if (decision.escalation) {
      const recipient = escalationOf(settings);
      if (!recipient || !hasMoved) return [];
      const lateBy = latenessFor(verdict, verdict.audienceSince);
      return [{ recipient, escalation: true, lateBy, conditions: decision.conditions }];
    }
    const isOver = verdict.reason !== undefined && verdict.reason !== 'no-reachable-recipient';
    if (!isSameOccasion || isOver || !isDue(verdict)) return [];
    const decisions = recipientDecisions(verdict, settings);
    const mine = decisions.filter(
      ({ recipient, reason }) => reason === undefined && isTheSame(recipient, decision.recipient),
    );
    if (mine.length > 0) return mine;
    if (decision.subject.kind === 'approvalQueue') return [];
    for (const { userId, address } of verdict.audience)
      if (
        !isTheSame({ userId, address }, decision.recipient) &&
        (await this.#isNotified(decision, { userId, address }))
      )
        return [];
    return decisions.filter(({ recipient }) => !isTheSame(recipient, decision.recipient));
  }

  /** The first id for this recipient and slot without a decision that stands; undefined if they are notified already. */
  async #idInstead(
    decision: Decision,
    { recipient, reason }: RecipientDecision,
  ): Promise<string | undefined> {
    // What is withheld is recorded once.
    if (reason !== undefined) return idAt(decision, recipient, 0);
    const { id, isNotified } = await this.#lookUp(decision, recipient);
    return isNotified ? undefined : id;
  }

  async #isNotified(decision: Decision, recipient: Pick<Recipient, 'userId' | 'address'>): Promise<boolean> {
    return (await this.#lookUp(decision, recipient)).isNotified;
  }

  async #lookUp(
    decision: Decision,
    recipient: Pick<Recipient, 'userId' | 'address'>,
  ): Promise<{ readonly id?: string; readonly isNotified: boolean }> {
    for (let n = 0; n < MAX_DECISIONS_PER_SLOT; n += 1) {
      const id = idAt(decision, recipient, n);
      if (id === decision.notificationId) continue;
      const { phase, partnerId } = await this.aggregates.load(Notification, id);
      if (phase === 'none') return { id, isNotified: false };
      if (partnerId !== decision.partnerId) continue;
      if (phase !== 'withheld' && phase !== 'superseded') return { isNotified: true };
    }
    return { isNotified: false };
  }
}

const isSame = (a: AccountFacts, b: AccountFacts): boolean =>
  a.account === b.account && a.partner === b.partner && a.solution === b.solution;

const isTheSame = (
  a: Pick<Recipient, 'userId' | 'address'>,
  b: Pick<Recipient, 'userId' | 'address'>,
): boolean => a.userId === b.userId && a.address.channel === b.address.channel;

/** Whether only what there is to tell has changed: then a Send Now has another answer. */
const isAboutContent = (against: readonly Condition[]): boolean =>
  against.every(({ name }) => name === 'new-content-waits' || name === 'nothing-new-waits');

/** Whether a Send Now can have no other answer of this kind: one that was true when it was decided is better than none. */
const isLastAnswer = (decision: Decision): boolean =>
  decision.requestId !== undefined &&
  decision.notificationId === idAt(decision, decision.recipient, MAX_DECISIONS_PER_SLOT - 1);

/** The id of the n-th decision about a recipient and a slot; the first one is the usual one. */
const idAt = (
  { rule, subject, slot: { key }, undelivered }: Decision,
  recipient: Pick<Recipient, 'userId' | 'address'>,
  n: number,
): string => {
  const alert = undelivered?.outcome === SENDER_REFUSED ? 'sender!' : '';
  const about = undelivered ? `${key}!${alert}${undelivered.notificationId}` : key;
  return notificationIdOf(rule, subject, recipient, about, n);
};

const inPlaceOf = ({ notificationId, recipient }: Decision, against: readonly Condition[]): Condition => ({
  name: 'takes-the-place-of-another',
  holds: true,
  says: `It takes the place of the mail to ${recipient.name} <${recipient.address.value}>, which was not sent: ${against.map(({ says }) => says).join(' ')}`,
  facts: { notificationId },
});
