import { verify } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../../application/ports/clock.js';
import { MAX_FEEDBACK_AGE_SNS_MS } from '../../../domain/bounds.js';
import { requireFresh } from '../freshness.js';
import { refusal } from '../refusal.js';
import type { SnsCertificates } from './sns-certificates.js';
import { isCertificateUrl, type SnsTopic } from './sns-topic.js';

const text = z.string('Expected text, as SNS sends it.');

/** What SNS posts to a subscriber; raw message delivery has none of it, and is refused. */
export const SNS_MESSAGE = z.object({
  Type: z.enum(
    ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'],
    'Expected a message of SNS: turn off raw message delivery of the subscription.',
  ),
  MessageId: text,
  TopicArn: text,
  Subject: text.nullish(),
  Message: text,
  Timestamp: text,
  SignatureVersion: text,
  Signature: text,
  SigningCertURL: text,
  SubscribeURL: text.optional(),
  Token: text.optional(),
});

export type SnsMessage = z.output<typeof SNS_MESSAGE>;

/** The fields that are signed, in their order. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const satisfies Record<SnsMessage['Type'], readonly (keyof SnsMessage)[]>;

const HASHES: Readonly<Record<string, string>> = { '1': 'sha1', '2': 'sha256' };

/** Proves that messages are of a topic that is allowed, signed by SNS, and recent. */
export class SnsVerifier {
  readonly #topics: ReadonlyMap<string, SnsTopic>;

  constructor(
    topics: readonly SnsTopic[],
    private readonly certificates: SnsCertificates,
    private readonly clock: Clock,
  ) {
    this.#topics = new Map(topics.map((topic) => [topic.arn, topic]));
  }

  /** The topic of a message. @throws HeraldError `feedback-refused`, `feedback-unverified`. */
  async verify(message: SnsMessage): Promise<SnsTopic> {
    const { TopicArn, SigningCertURL, SignatureVersion, Signature, Timestamp } = message;
    // Everything that costs nothing to check comes before anything is fetched.
    const topic = this.#topics.get(TopicArn);
    if (!topic) throw refusal('The topic is none of HERALD_FEEDBACK_SES_TOPICS.', 'TopicArn');
    requireFresh(this.clock, Date.parse(Timestamp), MAX_FEEDBACK_AGE_SNS_MS, 'Timestamp');
    const hash = Object.hasOwn(HASHES, SignatureVersion) ? HASHES[SignatureVersion] : undefined;
    if (!hash) throw refusal('Only the signature versions 1 and 2 are known.', 'SignatureVersion');
    if (!isCertificateUrl(SigningCertURL, topic))
      throw refusal(`The certificate is not at https://${topic.host}, where SNS has it.`, 'SigningCertURL');
    const key = await this.certificates.keyAt(SigningCertURL);
    if (!verify(hash, Buffer.from(signedText(message)), key, Buffer.from(Signature, 'base64')))
      throw refusal('The signature was not made by SNS for this message.', 'Signature');
    return topic;
  }
}

const signedText = (message: SnsMessage): string =>
  SIGNED[message.Type]
    .flatMap((field) => {
      const value = message[field];
      return value === undefined || value === null ? [] : [`${field}\n${value}\n`];
    })
    .join('');
