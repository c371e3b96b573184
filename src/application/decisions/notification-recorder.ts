import { Injectable } from '@nestjs/common';
import type { PostRange } from '../../domain/approval-queue/post-ranges.js';
import { MAX_DECISIONS_PER_SLOT } from '../../domain/bounds.js';
import type { Instant } from '../../domain/kernel/event.js';
import { hasCode } from '../../domain/kernel/herald-error.js';
import type { Decision, RaisedContent, Undelivered } from '../../domain/notification/decision.js';
import { Notification, type NotificationCommand } from '../../domain/notification/notification.js';
import type { Seen } from '../../domain/rules/shared/facts.js';
import { rateLimited, solutionRateLimited } from '../../domain/rules/shared/rate-limit.js';
import { type RecipientDecision, recipientDecisions } from '../../domain/rules/shared/recipient-decisions.js';
import type { DueVerdict } from '../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { commandIdOf, notificationIdOf, slotIdOf } from '../aggregates/ids.js';
import { streamOf } from '../aggregates/streams.js';
import { Channels } from '../channels/channels.js';
import type { MessageModel } from '../ports/channel.js';
import { OperatingMode } from '../ports/operating-mode.js';
import { Tracing } from '../ports/tracing.js';
import { MailQuota } from './mail-quota.js';
import { RateLimit } from './rate-limit.js';

/** The context of a verdict when its decisions are recorded. */
export interface DecisionContext {
  readonly partnerId: string;
  readonly settings: SolutionSettings;
  readonly now: Instant;
  /** The facts that the verdict is of. */
  readonly seen?: Seen | undefined;
  /** The last submitted post: a digest covers posts up to it. */
  readonly upTo?: number;
  /** The numbers of the posts that are new to its reader. */
  readonly covers?: readonly PostRange[];
  /** The notification in whose place the decisions are. */
  readonly instead?: string;
  /** The notification that did not reach its recipient. */
  readonly undelivered?: Undelivered;
  /** The content of the message to one of the recipients. */
  readonly message: (decision: RecipientDecision) => Omit<MessageModel, 'test'>;
}

/** Records a decision for each recipient: the message, rendered and frozen, or the reason why there is none. */
@Injectable()
export class NotificationRecorder {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly channels: Channels,
    private readonly mode: OperatingMode,
    private readonly tracing: Tracing,
    private readonly rateLimit: RateLimit,
    private readonly mailQuota: MailQuota,
  ) {}

  /**
   * Records the missing decisions; existing ones stay.
   * @returns the ids of the raised notifications, new or existing.
   */
  async record(verdict: DueVerdict, context: DecisionContext): Promise<readonly string[]> {
    const decisions = recipientDecisions(verdict, context.settings);
    const raised: string[] = [];
    await this.tracing.span(
      'decide',
      { 'herald.rule': verdict.rule, 'herald.recipients': decisions.length },
      async () => {
        await Promise.all(
          decisions.map(async (one) => {
            const recorded = await this.#recordFirst(verdict, context, one);
            if (recorded?.isRaised) raised.push(recorded.notificationId);
          }),
        );
      },
      causeOf(verdict),
    );
    return raised;
  }

  /** The notifications of a verdict that are raised already. */
  async alreadyRaised(verdict: DueVerdict, settings: SolutionSettings): Promise<readonly string[]> {
    const { rule, subject, slot } = verdict;
    const ids = recipientDecisions(verdict, settings).map(({ recipient }) =>
      notificationIdOf(rule, subject, recipient, slot.key),
    );
    const states = await Promise.all(ids.map((id) => this.aggregates.load(Notification, id)));
    return ids.filter((_, n) => states[n]?.phase !== 'none' && states[n]?.phase !== 'withheld');
  }

  /**
   * Records one decision, unless it exists. Other ids may be those of decisions about the people of a partner that had the account
   * before, or those of answers to this Send Now that were superseded: the answer is one in their place, or there is none yet.
   */
  async #recordFirst(
    verdict: DueVerdict,
    context: DecisionContext,
    one: RecipientDecision,
  ): Promise<{ readonly notificationId: string; readonly isRaised: boolean } | undefined> {
    const { rule, subject, slot } = verdict;
    for (let n = 0; n < MAX_DECISIONS_PER_SLOT; n += 1) {
      const notificationId = notificationIdOf(rule, subject, one.recipient, slot.key, n);
      const { isRaised, isSuperseded, partnerId } = await this.#recordUnlessDecided(
        notificationId,
        verdict,
        context,
        one,
      );
      if (isSuperseded && verdict.requestId !== undefined) continue;
      if (partnerId === undefined || partnerId === context.partnerId) return { notificationId, isRaised };
    }
    return undefined;
  }

  /**
   * Records one decision under this id, unless it exists.
   * @returns whether it was raised, now or before.
   */
  async recordAs(
    notificationId: string,
    verdict: DueVerdict,
    context: DecisionContext,
    wanted: RecipientDecision,
  ): Promise<boolean> {
    return (await this.#recordUnlessDecided(notificationId, verdict, context, wanted)).isRaised;
  }

  /** @returns whether it was raised, now or before, whether it was superseded since, and for people of which partner. */
  async #recordUnlessDecided(
    notificationId: string,
    verdict: DueVerdict,
    context: DecisionContext,
    wanted: RecipientDecision,
  ): Promise<{
    readonly isRaised: boolean;
    readonly isSuperseded: boolean;
    readonly partnerId: string | undefined;
  }> {
    const at = context.now;
    const decided = await this.#withinRate(notificationId, context.settings.solutionId, wanted, at);
    const data = this.#decision(notificationId, verdict, context, decided);
    const { reason } = decided;
    const command =
      reason === undefined
        ? ({ type: 'Raise', data, content: this.#content(context, decided), at } as const)
        : ({ type: 'Withhold', data: { ...data, reason }, at } as const);
    const trace = { correlationId: slotCorrelation(verdict), causationId: causeOf(verdict) };
    try {
      const request = { command, context: { actor: 'clock', ...trace, commandId: idOfFirst(command) } };
      await this.aggregates.create(Notification, data.notificationId, [request]);
      return { isRaised: reason === undefined, isSuperseded: false, partnerId: context.partnerId };
    } catch (error) {
      // Already decided: by another instance, or by this one before it was stopped within an audience.
      if (!hasCode(error, 'already-decided')) throw error;
      const state = await this.aggregates.load(Notification, data.notificationId);
      return {
        isRaised: state.phase !== 'withheld',
        isSuperseded: state.phase === 'superseded',
        partnerId: state.partnerId,
      };
    }
  }

  async #withinRate(
    notificationId: string,
    solutionId: string,
    decision: RecipientDecision,
    now: Instant,
  ): Promise<RecipientDecision> {
    if (decision.reason !== undefined) return decision;
    const { recipient } = decision;
    const isAdmitted = await this.rateLimit.admit(recipient.address, notificationId, now);
    if (!isAdmitted) return rateLimited(decision);
    return this.mailQuota.admit(solutionId) ? decision : solutionRateLimited(decision, this.mailQuota.limit);
  }

  #decision(
    notificationId: string,
    verdict: DueVerdict,
    { partnerId, settings, seen, upTo, covers, instead, undelivered }: DecisionContext,
    { recipient, escalation, lateBy, conditions }: RecipientDecision,
  ): Decision {
    const { rule, ruleVersion, subject, slot, causes, requestId } = verdict;
    return {
      notificationId,
      ...{ rule, ruleVersion, subject, partnerId },
      solutionId: settings.solutionId,
      ...{ recipient, escalation, slot, lateBy, conditions, causes },
      ...(upTo === undefined ? {} : { upTo }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(covers === undefined ? {} : { covers }),
      ...(instead === undefined ? {} : { instead }),
      ...(undelivered === undefined ? {} : { undelivered }),
      ...(seen === undefined ? {} : { seen }),
      test: this.mode.isTest,
    };
  }

  #content(context: DecisionContext, decision: RecipientDecision): RaisedContent {
    const model: MessageModel = { ...context.message(decision), test: this.mode.isTest };
    const { channel } = decision.recipient.address;
    return {
      ...this.channels.named(channel).render(model),
      from: context.settings.sender,
      ...(model.unsubscribeUrl ? { unsubscribeUrl: model.unsubscribeUrl } : {}),
    };
  }
}

/** The id of the deciding command. The content hash stands for the parts, because they are long. */
const idOfFirst = (command: Extract<NotificationCommand, { type: 'Raise' | 'Withhold' }>): string => {
  const stream = streamOf(Notification.category, command.data.notificationId);
  if (command.type === 'Withhold') return commandIdOf(stream, -1, 0, command);
  const { parts: _, ...content } = command.content;
  return commandIdOf(stream, -1, 0, { ...command, content });
};

const slotCorrelation = ({ rule, subject, slot }: DueVerdict): string => slotIdOf(rule, subject, slot.key);

const causeOf = (verdict: DueVerdict): string => verdict.causes[0]?.eventId ?? slotCorrelation(verdict);
