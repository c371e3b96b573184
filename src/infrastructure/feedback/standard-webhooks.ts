import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { referenceIn } from '../../application/feedback/feedback-marks.js';
import type { Clock } from '../../application/ports/clock.js';
import {
  FeedbackProvider,
  type FeedbackReport,
  type FeedbackRequest,
} from '../../application/ports/feedback-provider.js';
import { instant } from '../../application/schemas/fields.js';
import { MAX_FEEDBACK_AGE_STANDARD_MS, MAX_FEEDBACK_SIGNATURES } from '../../domain/bounds.js';
import type { Feedback } from '../../domain/notification/feedback.js';
import { parsedBody } from '../http/bodies/parsed-body.js';
import { requireFresh } from './freshness.js';
import { headerOf, refusal, textOf } from './refusal.js';
import { said, statusIn } from './said.js';

const BODY = z
  .strictObject({
    type: z.enum(['delivered', 'bounced', 'complained'], 'Expected delivered, bounced or complained.'),
    notificationId: z.uuid('Expected the id of a notification, a UUID.').toLowerCase().optional(),
    messageId: z.string().min(1).max(998).optional(),
    hard: z.boolean().optional(),
    reason: z.string().max(10_000).optional(),
    at: instant.optional(),
  })
  .refine(({ notificationId, messageId }) => notificationId !== undefined || messageId !== undefined, {
    path: ['notificationId'],
    message: 'Expected notificationId, or messageId: the Message-ID of the mail.',
  });

/** A webhook of the platform itself, or of any service that follows standardwebhooks.com. */
export class StandardWebhooks extends FeedbackProvider {
  override readonly source = 'standard' as const;

  /** @param secrets the keys of HMAC; several while one replaces another. */
  constructor(
    private readonly secrets: readonly Buffer[],
    private readonly clock: Clock,
  ) {
    super();
  }

  override async read(request: FeedbackRequest): Promise<readonly FeedbackReport[]> {
    this.#verify(request);
    const { type, notificationId, messageId, hard = false, reason, at } = parsedBody(BODY, textOf(request));
    const about = { source: this.source, reason: said(reason) };
    const feedback: Feedback =
      type === 'bounced'
        ? { ...about, kind: type, hard, status: statusIn(reason) }
        : { ...about, kind: type };
    return [
      {
        notificationId: notificationId ?? referenceIn(messageId ?? '')?.notificationId,
        at: at ?? this.clock.now(),
        feedback,
      },
    ];
  }

  #verify(request: FeedbackRequest): void {
    const id = headerOf(request, 'webhook-id');
    const timestamp = headerOf(request, 'webhook-timestamp');
    const signatures = headerOf(request, 'webhook-signature').split(' ').slice(0, MAX_FEEDBACK_SIGNATURES);
    requireFresh(this.clock, secondsOf(timestamp), MAX_FEEDBACK_AGE_STANDARD_MS, 'webhook-timestamp');
    const signed = `${id}.${timestamp}.${textOf(request)}`;
    const expected = this.secrets.map((secret) => createHmac('sha256', secret).update(signed).digest());
    const isSigned = signatures.some((signature) => expected.some((one) => isEqual(signature, one)));
    if (!isSigned)
      throw refusal(
        'webhook-signature is none that a known secret has made for this body: check the secret at the sender, and that nothing changes the body on the way.',
        'webhook-signature',
      );
  }
}

const isEqual = (signature: string, expected: Buffer): boolean => {
  if (!signature.startsWith('v1,')) return false;
  const given = Buffer.from(signature.slice('v1,'.length), 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** Seconds since 1970 as a header has them, in milliseconds; NaN for any other text. */
export const secondsOf = (text: string): number =>
  /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : Number.NaN;
