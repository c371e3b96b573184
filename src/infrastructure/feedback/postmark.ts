import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { ECHO } from '../../application/feedback/feedback-marks.js';
import type { Clock } from '../../application/ports/clock.js';
import {
  FeedbackProvider,
  type FeedbackReport,
  type FeedbackRequest,
} from '../../application/ports/feedback-provider.js';
import type { Feedback } from '../../domain/notification/feedback.js';
import { parsedBody } from '../http/bodies/parsed-body.js';
import { headerOf, refusal, textOf } from './refusal.js';
import { momentIn, said, statusIn } from './said.js';

const text = z.string().optional().catch(undefined);

const BODY = z.object({
  RecordType: z.string('Expected the type of the record.'),
  Type: text,
  Description: text,
  Details: text,
  DeliveredAt: text,
  BouncedAt: text,
  Metadata: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

type Body = z.output<typeof BODY>;

/** Bounces after which Postmark itself no longer sends to the address. */
const HARD = new Set(['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated']);

/** Types of the bounce webhook that are none: the recipient has the mail, or somebody has written back. */
const NO_BOUNCE = new Set([
  ...['AutoResponder', 'AddressChange', 'ChallengeVerification', 'Subscribe', 'Unsubscribe'],
  ...['OpenRelayTest', 'InboundError', 'Unconfirmed'],
]);

/** The webhooks of Postmark. They are not signed: a password in the address proves who calls. */
export class Postmark extends FeedbackProvider {
  override readonly source = 'postmark' as const;
  readonly #credentials: readonly Buffer[];

  /** @param credentials each as `user:password`: while one is replaced by another, both are taken. */
  constructor(
    credentials: readonly string[],
    private readonly clock: Clock,
  ) {
    super();
    this.#credentials = credentials.map(digest);
  }

  override async read(request: FeedbackRequest): Promise<readonly FeedbackReport[]> {
    this.#verify(request);
    const body = parsedBody(BODY, textOf(request));
    const notificationId = body.Metadata?.[ECHO];
    return [
      {
        notificationId: typeof notificationId === 'string' ? notificationId.toLowerCase() : undefined,
        at: momentIn(body.DeliveredAt ?? body.BouncedAt) ?? this.clock.now(),
        feedback: feedbackOf(body),
      },
    ];
  }

  /** Digests have one length, so that comparing takes the same time whatever is given. */
  #verify(request: FeedbackRequest): void {
    const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headerOf(request, 'authorization')) ?? [];
    const given = Buffer.from(encoded ?? '', 'base64').toString('utf8');
    const found = this.#credentials.filter((one) => timingSafeEqual(digest(given), one));
    if (found.length === 0)
      throw refusal(
        'The user or password is not that of HERALD_FEEDBACK_POSTMARK: write them into the address of the webhook.',
        'authorization',
      );
  }
}

const digest = (credentials: string): Buffer => createHash('sha256').update(credentials).digest();

const feedbackOf = ({ RecordType, Type = '', Description, Details }: Body): Feedback | undefined => {
  const about = { source: 'postmark', reason: said(Details ?? Description) } as const;
  if (RecordType === 'Delivery') return { ...about, kind: 'delivered' };
  if (RecordType === 'SpamComplaint' || Type === 'SpamComplaint') return { ...about, kind: 'complained' };
  if (RecordType !== 'Bounce' || NO_BOUNCE.has(Type)) return undefined;
  return {
    ...about,
    kind: 'bounced',
    hard: HARD.has(Type),
    status: statusIn(/\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(Details ?? '')?.[0]),
  };
};
