import { type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { ECHO, referenceIn } from '../../application/feedback/feedback-marks.js';
import type { Clock } from '../../application/ports/clock.js';
import {
  FeedbackProvider,
  type FeedbackReport,
  type FeedbackRequest,
} from '../../application/ports/feedback-provider.js';
import { MAX_FEEDBACK_AGE_SENDGRID_MS, MAX_FEEDBACK_REPORTS } from '../../domain/bounds.js';
import { fromMillis } from '../../domain/kernel/instant.js';
import type { Feedback } from '../../domain/notification/feedback.js';
import { parsedBody } from '../http/bodies/parsed-body.js';
import { requireFresh } from './freshness.js';
import { headerOf, refusal, textOf } from './refusal.js';
import { isAboutAddress, said, statusIn } from './said.js';
import { secondsOf } from './standard-webhooks.js';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

const text = z.string().optional().catch(undefined);

const EVENT = z.object({
  event: z.string(),
  timestamp: z.number().int().min(0).max(7_000_000_000),
  [ECHO]: text,
  'smtp-id': text,
  type: text,
  status: text,
  reason: text,
  response: text,
  bounce_classification: text,
});

type Event = z.output<typeof EVENT>;

const BODY = z
  .array(z.unknown(), 'Expected a list of events.')
  .max(MAX_FEEDBACK_REPORTS, `Expected at most ${MAX_FEEDBACK_REPORTS} events.`);

/** The signed Event Webhook of SendGrid. */
export class SendGrid extends FeedbackProvider {
  override readonly source = 'sendgrid' as const;

  /** @param key the public verification key: ECDSA on P-256. */
  constructor(
    private readonly key: KeyObject,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async read(request: FeedbackRequest): Promise<readonly FeedbackReport[]> {
    this.#verify(request);
    return parsedBody(BODY, textOf(request)).map((one) => {
      const { success, data } = EVENT.safeParse(one);
      if (!success) return { notificationId: undefined, at: this.clock.now(), feedback: undefined };
      return {
        notificationId: (data[ECHO] ?? referenceIn(data['smtp-id'] ?? '')?.notificationId)?.toLowerCase(),
        at: fromMillis(data.timestamp * 1_000),
        feedback: feedbackOf(data),
      };
    });
  }

  #verify(request: FeedbackRequest): void {
    const signature = Buffer.from(headerOf(request, SIGNATURE), 'base64');
    const timestamp = headerOf(request, TIMESTAMP);
    requireFresh(this.clock, secondsOf(timestamp), MAX_FEEDBACK_AGE_SENDGRID_MS, TIMESTAMP);
    const signed = Buffer.from(timestamp + textOf(request));
    if (!verify('sha256', signed, { key: this.key, dsaEncoding: 'der' }, signature))
      throw refusal(
        `${SIGNATURE} was not made for this body by the holder of HERALD_FEEDBACK_SENDGRID_KEY: check the key, and that nothing changes the body on the way.`,
        SIGNATURE,
      );
  }
}

const feedbackOf = (event: Event): Feedback | undefined => {
  const { status, reason, response } = event;
  const about = { source: 'sendgrid', reason: said(reason ?? response) } as const;
  switch (event.event) {
    case 'delivered':
      return { ...about, kind: 'delivered' };
    case 'bounce':
      return { ...about, kind: 'bounced', hard: isHardBounce(event), status: statusIn(status) };
    case 'dropped':
      return { ...about, kind: 'bounced', hard: isHardDrop(reason), status: statusIn(status) };
    case 'spamreport':
      return { ...about, kind: 'complained' };
    default:
      // processed, deferred, open, click, unsubscribe and what there may be one day
      return undefined;
  }
};

/** `type` is `blocked` where the server refused the mail and not the address. */
const isHardBounce = ({ type, status, bounce_classification: classification }: Event): boolean => {
  if (type === 'blocked') return false;
  if (classification) return classification === 'Invalid Address' || isAboutAddress(statusIn(status));
  return !/^4/.test(status ?? '');
};

/** SendGrid did not send the mail, because of what it knows of the address; `Invalid SMTPAPI header` is about the mail. */
const isHardDrop = (reason = ''): boolean =>
  /^(bounced address|invalid|spam reporting address)$/i.test(reason.trim());
