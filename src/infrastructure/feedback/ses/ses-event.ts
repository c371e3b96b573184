import * as z from 'zod';
import { referenceIn } from '../../../application/feedback/feedback-marks.js';
import type { FeedbackReport } from '../../../application/ports/feedback-provider.js';
import type { Instant } from '../../../domain/kernel/event.js';
import type { Feedback } from '../../../domain/notification/feedback.js';
import { momentIn, said, statusIn } from '../said.js';

const text = z.string().optional().catch(undefined);

const header = z.object({ name: z.string(), value: z.string() });

/** Feedback notifications have `notificationType`, event publishing has `eventType`; everything else is the same. */
export const SES_EVENT = z.object({
  notificationType: text,
  eventType: text,
  mail: z
    .object({ headers: z.array(header).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  bounce: z
    .object({
      bounceType: text,
      bounceSubType: text,
      timestamp: text,
      bouncedRecipients: z
        .array(z.object({ action: text, status: text, diagnosticCode: text }))
        .optional()
        .catch(undefined),
    })
    .optional(),
  complaint: z.object({ timestamp: text, complaintFeedbackType: text }).optional(),
  delivery: z.object({ timestamp: text, smtpResponse: text }).optional(),
  reject: z.object({ reason: text }).optional(),
});

type SesEvent = z.output<typeof SES_EVENT>;

type BouncedRecipient = NonNullable<NonNullable<SesEvent['bounce']>['bouncedRecipients']>[number];

/** What SES reports. @param now the moment of an event that names none. */
export const reportOf = (event: SesEvent, now: Instant): FeedbackReport => {
  const { bounce, complaint, delivery } = event;
  const at = momentIn((bounce ?? complaint ?? delivery)?.timestamp) ?? now;
  return { notificationId: notificationIn(event), at, feedback: feedbackOf(event) };
};

/** SES replaces the Message-ID, and returns the headers of the mail as they were. */
const notificationIn = ({ mail }: SesEvent): string | undefined => {
  const headerNamed = (wanted: string) =>
    mail?.headers?.find(({ name }) => name.toLowerCase() === wanted)?.value.trim();
  const own = headerNamed('x-herald-notification')?.toLowerCase();
  return own ?? referenceIn(headerNamed('message-id') ?? '')?.notificationId;
};

const feedbackOf = (event: SesEvent): Feedback | undefined => {
  switch (event.eventType ?? event.notificationType) {
    case 'Bounce':
      return bounceOf(event.bounce);
    case 'Complaint':
      return complaintOf(event.complaint);
    case 'Delivery':
      return { source: 'ses', kind: 'delivered', reason: said(event.delivery?.smtpResponse) };
    case 'Reject':
      return {
        source: 'ses',
        kind: 'bounced',
        hard: false,
        reason: said('SES rejected the mail', event.reject?.reason),
      };
    default:
      // DeliveryDelay, Send, Open, Click and what there may be one day
      return undefined;
  }
};

const bounceOf = (bounce: SesEvent['bounce']): Feedback | undefined => {
  const [recipient] = bounce?.bouncedRecipients ?? [];
  if (bounce?.bounceType === 'Transient' && bounce.bounceSubType === 'General' && !isFromDsn(recipient))
    return undefined;
  return {
    source: 'ses',
    kind: 'bounced',
    hard: bounce?.bounceType === 'Permanent',
    status: statusIn(recipient?.status),
    reason: said(recipient?.diagnosticCode ?? `${bounce?.bounceType} ${bounce?.bounceSubType}`),
  };
};

/**
 * SES also calls it a transient bounce where somebody's absence note answers a mail that has arrived. Of a mail that did not arrive it
 * has a delivery status notification, and returns what that says.
 */
const isFromDsn = (recipient: BouncedRecipient | undefined): boolean =>
  Boolean(recipient?.action ?? recipient?.status ?? recipient?.diagnosticCode);

/** A recipient may also report that a mail is no spam. */
const complaintOf = (complaint: SesEvent['complaint']): Feedback | undefined => {
  const type = complaint?.complaintFeedbackType;
  return type === 'not-spam' ? undefined : { source: 'ses', kind: 'complained', reason: said(type) };
};
