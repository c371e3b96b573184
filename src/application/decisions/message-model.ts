import type { Instant } from '../../domain/kernel/event.js';
import { plus } from '../../domain/kernel/instant.js';
import type { PartnerState } from '../../domain/partner/partner.js';
import type { Escalation } from '../../domain/rules/shared/escalation.js';
import type { NotificationContent } from '../../domain/rules/shared/notification-content.js';
import type { RecipientDecision } from '../../domain/rules/shared/recipient-decisions.js';
import type { DueVerdict } from '../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import type { MessageModel } from '../ports/channel.js';

/** A message this late, in milliseconds, says so; a shorter delay is normal under load. */
const LATE = 5 * 60_000;

/** What messages contain whatever they are about. */
export interface MessageContext {
  readonly partnerId: string;
  readonly partner: PartnerState;
  readonly settings: SolutionSettings;
  /** What the escalation contact is told: who was not reached, and why. */
  readonly escalation: () => Escalation;
  readonly now: Instant;
}

/** The content of the message to one recipient: what the notification reports, and what every message contains. */
export const messageModel = (
  verdict: DueVerdict,
  content: NotificationContent,
  { recipient, escalation, lateBy }: RecipientDecision,
  { partnerId, partner, settings, escalation: escalated, now }: MessageContext,
): Omit<MessageModel, 'test'> => ({
  rule: verdict.rule,
  locale: recipient.locale,
  now,
  recipient: { name: recipient.name },
  partner: {
    partnerId,
    name: partner.registration?.value.name ?? '',
    timeZone: partner.timeZone?.value ?? settings.timeZone,
  },
  solution: settings,
  ...(escalation ? { escalation: escalated() } : {}),
  ...(lateBy >= LATE ? { late: { slotAt: plus(now, -lateBy), minutes: Math.floor(lateBy / 60_000) } } : {}),
  ...content,
});
