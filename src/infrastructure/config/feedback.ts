import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Echoes, FeedbackMarks } from '../../application/feedback/feedback-marks.js';
import type { Clock } from '../../application/ports/clock.js';
import type { FeedbackMailbox } from '../../application/ports/feedback-mailbox.js';
import { type FeedbackProvider, FeedbackProviders } from '../../application/ports/feedback-provider.js';
import { MAX_FEEDBACK_SECRETS, MAX_FEEDBACK_TOPICS } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { FeedbackSource } from '../../domain/notification/feedback.js';
import { ImapMailbox, imapOptions } from '../feedback/mail/imap-mailbox.js';
import { ReportMails } from '../feedback/mail/report-mails.js';
import { Postmark } from '../feedback/postmark.js';
import { SendGrid } from '../feedback/sendgrid.js';
import type { PinnedFetch } from '../feedback/ses/pinned-fetch.js';
import { Ses } from '../feedback/ses/ses.js';
import { type SnsTopic, snsTopic } from '../feedback/ses/sns-topic.js';
import { StandardWebhooks } from '../feedback/standard-webhooks.js';
import type { Config } from './config.js';
import { postmarkCredentialsIn } from './secrets-in.js';

/** A shorter password or secret could be guessed. */
const MIN_PASSWORD = 16;
const MIN_SECRET_BYTES = 24;

/**
 * The providers whose settings are there.
 * @throws HeraldError `invalid-configuration` that names the setting.
 */
export const feedbackProvidersOf = (
  config: Config,
  pinned: PinnedFetch,
  marks: FeedbackMarks,
  clock: Clock,
): FeedbackProviders => {
  const { topics, sendGrid, postmark, secrets } = webhookSettingsOf(config);
  return new ConfiguredProviders([
    new ReportMails(marks, clock),
    ...(topics ? [new Ses(topics, pinned, clock)] : []),
    ...(sendGrid ? [new SendGrid(sendGrid, clock)] : []),
    ...(postmark ? [new Postmark(postmark, clock)] : []),
    ...(secrets ? [new StandardWebhooks(secrets, clock)] : []),
  ]);
};

/** What proves that a report is from a provider, for those whose settings are there. @throws HeraldError `invalid-configuration`. */
export const webhookSettingsOf = (config: Config) => ({
  topics: topicsOf(config.HERALD_FEEDBACK_SES_TOPICS),
  sendGrid: sendGridKeyOf(config.HERALD_FEEDBACK_SENDGRID_KEY),
  postmark: postmarkOf(config.HERALD_FEEDBACK_POSTMARK),
  secrets: standardSecretsOf(config.HERALD_FEEDBACK_STANDARD_SECRETS),
});

/** The mailbox for reports; undefined if none is set. @throws HeraldError `invalid-configuration`. */
export const feedbackMailboxOf = ({
  HERALD_FEEDBACK_MAILBOX: url,
}: Pick<Config, 'HERALD_FEEDBACK_MAILBOX'>): FeedbackMailbox | undefined =>
  url === undefined ? undefined : new ImapMailbox(imapOptions(url));

/** What mails carry so that the configured providers can name them. */
export const echoesOf = (config: Config): Echoes => ({
  sendgrid: config.HERALD_FEEDBACK_SENDGRID_KEY !== undefined,
  postmark: config.HERALD_FEEDBACK_POSTMARK !== undefined,
});

class ConfiguredProviders extends FeedbackProviders {
  readonly #providers: ReadonlyMap<FeedbackSource, FeedbackProvider>;

  constructor(providers: readonly FeedbackProvider[]) {
    super();
    this.#providers = new Map(providers.map((provider) => [provider.source, provider]));
  }

  override get(source: FeedbackSource): FeedbackProvider | undefined {
    return this.#providers.get(source);
  }
}

const topicsOf = (setting: string | undefined): readonly SnsTopic[] | undefined =>
  listOf(setting, MAX_FEEDBACK_TOPICS, 'HERALD_FEEDBACK_SES_TOPICS')?.map((arn) => {
    const topic = snsTopic(arn);
    if (topic) return topic;
    throw invalid(
      'HERALD_FEEDBACK_SES_TOPICS',
      'Expected ARNs of SNS topics, such as arn:aws:sns:eu-west-1:123456789012:herald, with spaces between.',
    );
  });

const sendGridKeyOf = (setting: string | undefined): KeyObject | undefined => {
  if (!setting) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(setting, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // refused below
  }
  throw invalid(
    'HERALD_FEEDBACK_SENDGRID_KEY',
    'Expected the verification key of the signed Event Webhook, as SendGrid shows it: an ECDSA key on P-256 in base64.',
  );
};

const postmarkOf = (setting: string | undefined): readonly string[] | undefined => {
  if (setting === undefined) return undefined;
  const name = 'HERALD_FEEDBACK_POSTMARK';
  const credentials = postmarkCredentialsIn(setting);
  if (credentials.length > MAX_FEEDBACK_SECRETS)
    throw invalid(name, `Expected at most ${MAX_FEEDBACK_SECRETS}.`);
  const isLong = (one: string) => (/^[^:]+:(.*)$/.exec(one)?.[1] ?? '').length >= MIN_PASSWORD;
  if (credentials.length > 0 && credentials.every(isLong)) return credentials;
  throw invalid(
    name,
    `Expected user:password, with at least ${MIN_PASSWORD} characters in the password, each of several on a line of its own.`,
  );
};

const standardSecretsOf = (setting: string | undefined): readonly Buffer[] | undefined => {
  const name = 'HERALD_FEEDBACK_STANDARD_SECRETS';
  return listOf(setting, MAX_FEEDBACK_SECRETS, name)?.map((secret) => {
    const encoded = secret.replace(/^whsec_/, '');
    const key = Buffer.from(encoded, 'base64');
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && key.length >= MIN_SECRET_BYTES) return key;
    throw invalid(
      name,
      `Expected whsec_ and at least ${MIN_SECRET_BYTES} bytes in base64, with spaces between several.`,
    );
  });
};

const listOf = (setting: string | undefined, most: number, name: string): readonly string[] | undefined => {
  const items = setting?.split(/[\s,]+/).filter(Boolean);
  if (!items || items.length === 0) return undefined;
  if (items.length > most) throw invalid(name, `Expected at most ${most}.`);
  return items;
};

const invalid = (name: string, says: string): HeraldError =>
  new HeraldError('invalid-configuration', `${name}: ${says}\ndocs/settings.md lists all settings.`, name);
