import { type DynamicModule, Global, Module } from '@nestjs/common';
import { AccessSettings } from '../application/access/access-settings.js';
import { KeyHashes } from '../application/access/key-hashes.js';
import { Channels } from '../application/channels/channels.js';
import { BelievedClock, MACHINE_CLOCK } from '../application/clock/believed-clock.js';
import { GIVE_UP_AFTER_MS } from '../application/delivery/delivery.js';
import { STARTS_HELD } from '../application/delivery/sending-hold.js';
import { FeedbackMarks } from '../application/feedback/feedback-marks.js';
import { Health } from '../application/health/health.js';
import { WebhookSenders } from '../application/ingest/webhook-senders.js';
import { SecretFingerprint } from '../application/leases/secret-fingerprint.js';
import { Rates } from '../application/limits/rates.js';
import { WatchedEventStore } from '../application/operations/watched-event-store.js';
import type { Channel } from '../application/ports/channel.js';
import { Clock } from '../application/ports/clock.js';
import { DocumentStore } from '../application/ports/document-store.js';
import { EventStore } from '../application/ports/event-store.js';
import { FeedbackMailbox } from '../application/ports/feedback-mailbox.js';
import { FeedbackProviders } from '../application/ports/feedback-provider.js';
import { InstanceIdentity } from '../application/ports/instance-identity.js';
import { MailFormat } from '../application/ports/mail-format.js';
import { Metrics } from '../application/ports/metrics.js';
import { OperatingMode } from '../application/ports/operating-mode.js';
import { Outbox } from '../application/ports/outbox.js';
import { Settings } from '../application/ports/settings.js';
import { SOLUTION_DOMAINS } from '../application/ports/solution-domains.js';
import { TokenVerifier } from '../application/ports/token-verifier.js';
import { Tracing } from '../application/ports/tracing.js';
import { VERSION } from '../application/ports/version.js';
import { RebuildEngine } from '../application/read-models/rebuild/rebuild-engine.js';
import { UnsubscribeLinks } from '../application/subscriptions/unsubscribe-links.js';
import { version } from '../version.js';
import { CHANNEL_ADAPTERS } from './channel-adapters.js';
import { accessSettingsOf, signInProviderOf, tokenVerifierOf } from './config/access.js';
import { type Config, publicUrlOf } from './config/config.js';
import { CONFIG } from './config/config.module.js';
import { solutionDomainsOf } from './config/domains.js';
import { echoesOf, feedbackMailboxOf, feedbackProvidersOf } from './config/feedback.js';
import { mailTransportOf, outboxOf } from './config/mail.js';
import { secretOf } from './config/secret.js';
import { ShownSettings } from './config/shown-settings.js';
import { liveDocumentStoreOf, soundEventStoreOf } from './config/stores.js';
import { clockOf } from './config/time.js';
import { PinnedFetch } from './feedback/ses/pinned-fetch.js';
import { Sessions } from './http/access/sessions.js';
import { SignInAttempts } from './http/access/sign-in-attempts.js';
import { EmailFormat } from './mail/email-format.js';
import { MailRenderer, MailTransport } from './mail/mail.js';
import { HandlebarsMailRenderer } from './mail/rendering/handlebars-mail-renderer.js';
import { PrometheusMetrics } from './metrics/prometheus-metrics.js';
import { SignInProvider } from './oidc/sign-in-provider.js';
import { ProcessIdentity } from './process/process-identity.js';
import { RebuildThread } from './rebuild-thread/rebuild-thread.js';

/** A provider built from the settings. */
const fromConfig = <T>(
  provide: abstract new (...args: never[]) => T,
  make: (config: Config) => T | undefined | Promise<T>,
) => ({
  provide,
  useFactory: make,
  inject: [CONFIG],
});

/** Whether nothing is recorded yet; false also while the log does not answer. */
const isEmpty = (log: EventStore): Promise<boolean> =>
  log.head().then(
    (head) => head === undefined,
    () => false,
  );

/** The secret that signs what recipients and providers send back. */
const SECRET = Symbol('SECRET');

const ADAPTERS = [
  {
    provide: EventStore,
    useFactory: async (config: Config, health: Health) =>
      new WatchedEventStore(await soundEventStoreOf(config), health),
    inject: [CONFIG, Health],
  },
  fromConfig(DocumentStore, liveDocumentStoreOf),
  fromConfig(MailTransport, mailTransportOf),
  fromConfig(Outbox, outboxOf),
  fromConfig(Settings, (config) => new ShownSettings(config)),
  fromConfig(RebuildEngine, (config) => new RebuildThread(config)),
  {
    provide: SECRET,
    useFactory: (config: Config, log: EventStore) => secretOf(config, () => isEmpty(log)),
    inject: [CONFIG, EventStore],
  },
  {
    provide: UnsubscribeLinks,
    useFactory: (config: Config, secret: string) => new UnsubscribeLinks(publicUrlOf(config), secret),
    inject: [CONFIG, SECRET],
  },
  {
    provide: FeedbackMarks,
    useFactory: (config: Config, secret: string) => new FeedbackMarks(secret, echoesOf(config)),
    inject: [CONFIG, SECRET],
  },
  { provide: Sessions, useFactory: (secret: string) => new Sessions(secret), inject: [SECRET] },
  {
    provide: SignInAttempts,
    useFactory: (secret: string) => new SignInAttempts(secret),
    inject: [SECRET],
  },
  {
    provide: SecretFingerprint,
    useFactory: (secret: string) => new SecretFingerprint(secret),
    inject: [SECRET],
  },
  { provide: KeyHashes, useFactory: (secret: string) => new KeyHashes(secret), inject: [SECRET] },
  fromConfig(AccessSettings, accessSettingsOf),
  { provide: TokenVerifier, useFactory: tokenVerifierOf, inject: [CONFIG, Clock] },
  { provide: SignInProvider, useFactory: signInProviderOf, inject: [CONFIG, Clock] },
  PinnedFetch,
  fromConfig(FeedbackMailbox, feedbackMailboxOf),
  {
    provide: FeedbackProviders,
    useFactory: feedbackProvidersOf,
    inject: [CONFIG, PinnedFetch, FeedbackMarks, Clock],
  },
  { provide: SOLUTION_DOMAINS, useFactory: solutionDomainsOf, inject: [CONFIG] },
  fromConfig(OperatingMode, ({ HERALD_CLOCK }) => ({ isTest: HERALD_CLOCK === 'test' })),
  fromConfig(Rates, (config) => ({
    requestsPerMinute: config.HERALD_REQUESTS_PER_MINUTE,
    eventsPerMinute: config.HERALD_EVENTS_PER_MINUTE,
    eventsPerDay: config.HERALD_EVENTS_PER_DAY,
    mailsPerHour: config.HERALD_MAILS_PER_HOUR,
  })),
  fromConfig(WebhookSenders, ({ HERALD_WEBHOOK_ORIGINS = [] }) => ({ origins: HERALD_WEBHOOK_ORIGINS })),
  {
    provide: STARTS_HELD,
    useFactory: (config: Config) => config.HERALD_SENDING === 'held',
    inject: [CONFIG],
  },
  {
    provide: GIVE_UP_AFTER_MS,
    useFactory: (config: Config) => config.HERALD_GIVE_UP_AFTER * 60 * 60_000,
    inject: [CONFIG],
  },
  { provide: MACHINE_CLOCK, useFactory: clockOf, inject: [CONFIG] },
  BelievedClock,
  { provide: Clock, useExisting: BelievedClock },
  { provide: MailRenderer, useClass: HandlebarsMailRenderer },
  { provide: MailFormat, useClass: EmailFormat },
  ...CHANNEL_ADAPTERS,
  {
    provide: Channels,
    useFactory: (...adapters: Channel[]) => new Channels(adapters),
    inject: [...CHANNEL_ADAPTERS],
  },
  { provide: InstanceIdentity, useFactory: () => new ProcessIdentity() },
  PrometheusMetrics,
  { provide: Metrics, useExisting: PrometheusMetrics },
  { provide: VERSION, useValue: version },
];

/** The only place where ports are bound to adapters. Global: every feature may inject a port. */
@Global()
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: a Nest module is a class
export class AdaptersModule {
  static for(tracing: Tracing): DynamicModule {
    const providers = [...ADAPTERS, { provide: Tracing, useValue: tracing }];
    return { module: AdaptersModule, providers, exports: providers };
  }
}
