import type { Instant } from '../../domain/kernel/event.js';
import type { PartnerState } from '../../domain/partner/partner.js';
import type { Unreached } from '../../domain/rules/shared/escalation.js';
import type { NotificationContent } from '../../domain/rules/shared/notification-content.js';
import type { RecipientDecision } from '../../domain/rules/shared/recipient-decisions.js';
import type { DueVerdict } from '../../domain/rules/shared/verdict.js';
import type { SolutionSettings } from '../../domain/solution/solution.js';
import type { MessageModel } from '../ports/channel.js';

/** A message this late, in milliseconds, says so; a shorter delay is normal under load. */
const LATE = 5 * 60_000;

/**
 * The content of the message to one recipient: what the notification reports, and what every message contains.
 * @param unreached the people who were not reached: only an escalation names them.
 */
export const messageModel = (
  verdict: DueVerdict,
  content: NotificationContent,
  { recipient, escalation }: RecipientDecision,
  partner: PartnerState,
  settings: SolutionSettings,
  unreached: () => Unreached,
  now: Instant,
): Omit<MessageModel, 'test'> => ({
  rule: verdict.rule,
  locale: recipient.locale,
  now,
  recipient: { name: recipient.name },
  partner: {
    name: partner.registration?.value.name ?? '',
    timeZone: partner.timeZone?.value ?? settings.timeZone,
  },
  solution: { name: settings.name, baseUrl: settings.baseUrl },
  ...(escalation ? { escalation: { kind: 'unreachable', ...unreached() } } : {}),
  ...(verdict.lateBy >= LATE
    ? { late: { slotAt: verdict.slot.at, minutes: Math.floor(verdict.lateBy / 60_000) } }
    : {}),
  ...content,
});
