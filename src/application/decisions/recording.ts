import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/fact.js';
import { hasCode } from '../../domain/herald-error.js';
import type { Decision } from '../../domain/notification/decision.js';
import { Notification } from '../../domain/notification/notification.js';
import { rateLimited } from '../../domain/rules/shared/rate-limit.js';
import { type Told, toldBy } from '../../domain/rules/shared/recipient-decisions.js';
import type { Verdict } from '../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import type { Slot } from '../../domain/time/calendar.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { OperatingMode } from '../clock/operating-mode.js';
import { type MailModel, MailRenderer } from '../delivery/mail.js';
import { notificationIdOf } from '../ids.js';
import { Tracing } from '../operations/tracing.js';
import { RateLimit } from './rate-limit.js';

/** What a verdict that is due is about. */
export interface Occasion {
  readonly verdict: Verdict;
  readonly slot: Slot;
  readonly partnerId: string;
  readonly settings: SolutionSettings;
  readonly now: Instant;
  readonly upTo?: number;
  readonly requestId?: string;
  /** What the mail to one of its recipients says. */
  readonly mail: (told: Told) => Omit<MailModel, 'test'>;
}

/** Records a decision for each recipient: the mail rendered and frozen, or the reason why there is none. */
@Injectable()
export class Recording {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly renderer: MailRenderer,
    private readonly mode: OperatingMode,
    private readonly tracing: Tracing,
    private readonly rateLimit: RateLimit,
  ) {}

  /**
   * Records what is not recorded yet; what is, was decided before and stays.
   * @returns the ids of the notifications that were raised, now or before.
   */
  async record(occasion: Occasion): Promise<readonly string[]> {
    const told = toldBy(occasion.verdict, occasion.settings);
    const raised: string[] = [];
    await this.tracing.span(
      'decide',
      { 'herald.rule': occasion.verdict.rule, 'herald.recipients': told.length },
      async () => {
        await Promise.all(
          told.map(async (one) => {
            const notificationId = idFor(occasion, one.recipient.userId);
            if (await this.#recordOne(occasion, one)) raised.push(notificationId);
          }),
        );
      },
      causeOf(occasion),
    );
    return raised;
  }

  /** Answers whether it was raised, now or before. */
  async #recordOne(occasion: Occasion, wanted: Told): Promise<boolean> {
    const { now, settings } = occasion;
    const told = await this.#withinRate(occasion, wanted);
    const decision = this.#decision(occasion, told);
    const context = {
      actor: 'clock',
      correlationId: slotCorrelation(occasion),
      causationId: causeOf(occasion),
    };
    const command =
      told.reason === undefined
        ? ({ type: 'Raise', data: decision, mail: this.#mail(occasion, told, settings), at: now } as const)
        : ({ type: 'Withhold', data: { ...decision, reason: told.reason }, at: now } as const);
    try {
      await this.aggregates.execute(Notification, decision.notificationId, [{ command, context }]);
      return told.reason === undefined;
    } catch (error) {
      // Decided before: by another instance, or by this one before it was stopped half-way through an audience.
      if (!hasCode(error, 'already-decided')) throw error;
      return (await this.aggregates.load(Notification, decision.notificationId)).phase !== 'withheld';
    }
  }

  async #withinRate(occasion: Occasion, told: Told): Promise<Told> {
    if (told.reason !== undefined) return told;
    const { email, userId } = told.recipient;
    const isAdmitted = await this.rateLimit.admit(email, idFor(occasion, userId), occasion.now);
    return isAdmitted ? told : rateLimited(told);
  }

  #decision(occasion: Occasion, { recipient, escalation, conditions }: Told): Decision {
    const { verdict, slot, partnerId, settings, upTo, requestId } = occasion;
    return {
      notificationId: idFor(occasion, recipient.userId),
      rule: verdict.rule,
      ruleVersion: verdict.ruleVersion,
      subject: verdict.subject,
      partnerId,
      solutionId: settings.solutionId,
      recipient,
      escalation,
      slot,
      lateBy: verdict.lateBy,
      conditions,
      causes: verdict.causes,
      ...(upTo === undefined ? {} : { upTo }),
      ...(requestId === undefined ? {} : { requestId }),
      test: this.mode.isTest,
    };
  }

  #mail(occasion: Occasion, told: Told, settings: SolutionSettings) {
    const model: MailModel = { ...occasion.mail(told), test: this.mode.isTest };
    const { subject, html, text, locale, template, contentHash } = this.renderer.render(model);
    return {
      ...{ template, locale, contentHash, html, text },
      subjectLine: subject,
      from: settings.sender,
      ...(model.unsubscribeUrl ? { unsubscribeUrl: model.unsubscribeUrl } : {}),
    };
  }
}

const idFor = ({ verdict, slot }: Occasion, userId: string): string =>
  notificationIdOf(verdict.rule, verdict.subject, userId, slot.key);

/** What one slot brings about belongs together, whoever it goes to. */
const slotCorrelation = ({ verdict, slot }: Occasion): string =>
  notificationIdOf(verdict.rule, verdict.subject, 'all', slot.key);

const causeOf = (occasion: Occasion): string =>
  occasion.verdict.causes[0]?.eventId ?? slotCorrelation(occasion);
