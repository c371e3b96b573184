import { Injectable } from '@nestjs/common';
import {
  type RecipientDecision,
  recipientDecisions,
} from '../../../domain/rules/shared/recipient-decisions.js';
import { escalationOf } from '../../../domain/rules/shared/recipients.js';
import { isDue, latenessFor, type Verdict } from '../../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../../domain/solution/solution.js';
import { Channels } from '../../channels/channels.js';
import type { RenderedContent } from '../../ports/channel.js';
import { EventStore } from '../../ports/event-store.js';
import type { RecordedDecision, Trail } from '../history/notification-trail.js';
import { decisionBefore } from './decision-before.js';
import { RuleReevaluation } from './rule-reevaluation.js';

/** A decision as it comes out today, from the history before it. */
export interface RecomputedDecision {
  readonly verdict: Verdict;
  /** What it means for the recipient on record; undefined if nobody would decide about them. */
  readonly decision: RecipientDecision | undefined;
  /** The message rendered again; undefined if it would be withheld. */
  readonly content: RenderedContent | undefined;
}

/** Decides again what is on record, and renders its message again. It records nothing. */
@Injectable()
export class RecomputedDecisions {
  constructor(
    private readonly evaluation: RuleReevaluation,
    private readonly channels: Channels,
    private readonly log: EventStore,
  ) {}

  /** @throws HeraldError `notification-unknown`, `channel-unknown`. */
  async of({ decided, decision }: Trail): Promise<RecomputedDecision> {
    const { occurredAt } = decided.metadata;
    const evaluated = await this.evaluation.again(decision, occurredAt, decided.position);
    const { verdict, settings, message } = evaluated;
    const { instead } = decision;
    const replaced =
      instead !== undefined && decision.escalation
        ? await decisionBefore(this.log, instead, decided.position)
        : undefined;
    const again = withRecordedLimit(decisionAbout(decision, verdict, settings, replaced), decision);
    if (!settings || !again || again.reason !== undefined || !isDue(verdict))
      return { verdict, decision: again, content: undefined };
    const { test, unsubscribeUrl } = decision;
    const model = {
      ...message(verdict, settings, again),
      test,
      // The link contains an encrypted id: it depends on a secret, and not on the history.
      ...(unsubscribeUrl === undefined ? {} : { unsubscribeUrl }),
    };
    const content = this.channels.named(again.recipient.address.channel).render(model);
    return { verdict, decision: again, content };
  }
}

const decisionAbout = (
  onRecord: RecordedDecision,
  verdict: Verdict,
  settings: SolutionSettings | undefined,
  replaced: RecordedDecision | undefined,
): RecipientDecision | undefined => {
  const { recipient, escalation, undelivered } = onRecord;
  const contact = escalationOf(settings);
  // A mail to the contact at another address is about the same occasion.
  if (replaced?.escalation) {
    const lateBy = latenessFor(verdict, verdict.audienceSince);
    return contact && { recipient: contact, escalation, lateBy, conditions: replaced.conditions };
  }
  if (undelivered)
    return contact && { recipient: contact, escalation, lateBy: 0, conditions: verdict.conditions };
  return recipientDecisions(verdict, settings).find(
    (one) =>
      one.escalation === escalation &&
      one.recipient.userId === recipient.userId &&
      one.recipient.address.channel === recipient.address.channel,
  );
};

/** How many mails others had within the hour is not part of the facts: a limit that was reached is taken as recorded. */
const withRecordedLimit = (
  again: RecipientDecision | undefined,
  { reason }: RecordedDecision,
): RecipientDecision | undefined =>
  again && again.reason === undefined && reason === 'rate-limited' ? { ...again, reason } : again;
