import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { isOwnStream } from '../../application/aggregates/own-events.js';
import { baseUrl, instant } from '../../application/schemas/fields.js';
import { plainEnglish } from '../../application/schemas/plain-english.js';
import { MAX_ALLOWED_DOMAINS, MAX_EVENTS_PER_BATCH, MAX_WEBHOOK_ORIGINS } from '../../domain/bounds.js';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import { AllowedDomains } from '../../domain/solution/allowed-domains.js';
import {
  connectionStringProblem,
  databaseNameProblem,
  isLogServer,
  logServerProblem,
} from './connection-string.js';
import { OIDC_SETTINGS, oidcProblems } from './oidc.js';
import { SECRET_FILE_SETTINGS, withSecretsOfFiles } from './secret-settings.js';
import { rememberSecretsOf } from './secrets-in.js';
import { isServiceLink } from './service-links.js';
import { tracingProblems } from './tracing.js';
import { lowerCaseWords, words } from './words.js';

/** A shorter secret could be guessed. */
export const MIN_SECRET_LENGTH = 32;

const isLocal = (url: string): boolean => /^(sqlite|outbox):/.test(url);

/** Refuses what its driver could not read, before the driver sees it: drivers quote it. */
const readable = (...problems: readonly ((url: string) => string | undefined)[]) =>
  z.check<string>(({ value, issues }) => {
    if (isLocal(value)) return;
    // Each expects that those before it have found nothing.
    for (const problem of problems) {
      const message = problem(value);
      if (message === undefined) continue;
      issues.push({ code: 'custom', input: value, message });
      return;
    }
  });

/** A connection string of one of the given forms. */
const connectionString = (
  form: RegExp,
  expected: string,
  ...problems: readonly ((url: string) => string | undefined)[]
) =>
  z
    .string()
    .regex(form, { error: expected, abort: true })
    .check(readable(connectionStringProblem, ...problems));

/** Addresses and networks, with spaces between. */
const networks = words().refine(
  (all) => all.every((one) => ipaddr.isValid(one) || ipaddr.isValidCIDR(one)),
  'Expected addresses or networks with spaces between, such as 10.0.0.0/8 2001:db8::/32.',
);

/** Names of senders, with spaces between. */
const origins = lowerCaseWords().refine(
  (all) => all.length <= MAX_WEBHOOK_ORIGINS && all.every((one) => ORIGIN.test(one)),
  `Expected at most ${MAX_WEBHOOK_ORIGINS} domain names with spaces between, such as eventgrid.azure.net.`,
);

const ORIGIN = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){0,10}$/;

/** A limit of so many within a time. */
const atLeast = (least: number, what: string) =>
  z.coerce.number(`Expected a number of ${what}.`).int().min(least, `Expected at least ${least} ${what}.`);

const port = z.coerce.number('Expected a port from 0 to 65535.').int().min(0).max(65535);

/** Names of hosts, without ports; `*.example.com` stands for all below it. */
const hosts = lowerCaseWords(/[\s,]+/).refine(
  (all) => all.every((one) => /^(\*\.)?[\w-]+(\.[\w-]+)*$/.test(one) || /^\[[\da-f:.]+\]$/.test(one)),
  'Expected names of hosts with spaces between and without ports, such as herald.internal *.herald.svc.cluster.local.',
);

/** Where browsers open the console. Over plain HTTP they keep its session on this machine alone. */
const origin = z
  .string()
  .transform((url) => url.replace(/\/$/, ''))
  .refine(
    (url) =>
      /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|$))/.test(url) &&
      URL.canParse(url) &&
      new URL(url).origin === url,
    'Expected https:// and the host of the console, without a path, such as https://herald.example; http:// is for this machine only.',
  );

/** Domains, for all solutions or for one. Checked here and kept as text: settings are passed on to other threads. */
const domains = z
  .string()
  .refine(
    (value) => AllowedDomains.parse(value) !== undefined,
    `Expected at most ${MAX_ALLOWED_DOMAINS} domains with spaces between, such as example.com *.example.org aurora=aurora.example.`,
  );

const SCHEMA = z.object({
  HERALD_HOST: z.string().min(1).default('127.0.0.1'),
  HERALD_PORT: port.default(3000),
  HERALD_PUBLIC_HOST: z.string().min(1).optional(),
  HERALD_PUBLIC_PORT: port.optional(),
  HERALD_ALLOWED_HOSTS: hosts.optional(),
  HERALD_TRUSTED_PROXIES: networks.optional(),
  HERALD_REQUESTS_PER_MINUTE: atLeast(60, 'requests').default(6_000),
  // A whole batch has to fit.
  HERALD_EVENTS_PER_MINUTE: atLeast(MAX_EVENTS_PER_BATCH, 'events').default(120_000),
  HERALD_EVENTS_PER_DAY: atLeast(MAX_EVENTS_PER_BATCH, 'events').default(20_000_000),
  HERALD_MAILS_PER_HOUR: atLeast(1, 'mails').default(1_000_000),
  HERALD_WEBHOOK_ORIGINS: origins.optional(),
  HERALD_EVENT_STORE: connectionString(
    /^(sqlite:.+|(esdb|kurrentdb)(\+discover)?:\/\/.+)/,
    'Expected sqlite:<file>, or esdb:// or kurrentdb://user:password@host:2113.',
    logServerProblem,
  ).default('sqlite:data/events.db'),
  HERALD_EVENT_STORE_CLIENT: z
    .enum(['eventstoredb', 'kurrentdb'], 'Expected eventstoredb or kurrentdb.')
    .optional(),
  HERALD_INBOX: z
    .string()
    .regex(/^[^$].*$/, 'Expected the name of a stream, not beginning with $.')
    .refine(
      (stream) => !isOwnStream(stream),
      'Expected a stream that is not one of Herald’s own: its events would become part of the history.',
    )
    .optional(),
  HERALD_READ_MODELS: connectionString(
    /^(sqlite:.+|mongodb(\+srv)?:\/\/.+)/,
    'Expected sqlite:<folder>, or mongodb://host/database.',
    databaseNameProblem,
  ).default('sqlite:data/read-models'),
  HERALD_MAIL: connectionString(
    /^(outbox:.+|smtps?:\/\/.+)/,
    'Expected outbox:<folder>, or smtp://user:password@host:587.',
  ).default('outbox:data/outbox'),
  HERALD_SENDER_DOMAINS: domains.optional(),
  HERALD_LINK_DOMAINS: domains.optional(),
  HERALD_SENDING: z.enum(['on', 'held'], 'Expected on or held.').default('on'),
  // RFC 5321, 4.5.4.1: at least 4 to 5 days
  HERALD_GIVE_UP_AFTER: z.coerce
    .number('Expected hours from 1 to 720.')
    .int()
    .min(1, 'Expected at least 1 hour.')
    .max(720, 'Expected at most 720 hours.')
    .default(120),
  HERALD_CLOCK: z.enum(['system', 'test'], 'Expected system or test.').default('system'),
  HERALD_CLOCK_START: instant.optional(),
  HERALD_CLOCK_FILE: z.string().min(1).default('data/test-clock.txt'),
  HERALD_ADMIN_KEY: z
    .string()
    .min(MIN_SECRET_LENGTH, `Expected at least ${MIN_SECRET_LENGTH} characters that nobody can guess.`)
    .regex(/^[\x21-\x7e]+$/, 'Expected letters, digits and signs of ASCII, without spaces.')
    .optional(),
  ...OIDC_SETTINGS,
  HERALD_CONSOLE_URL: origin.optional(),
  HERALD_PUBLIC_URL: baseUrl.optional(),
  HERALD_SECRET: z
    .string()
    .min(MIN_SECRET_LENGTH, `Expected at least ${MIN_SECRET_LENGTH} characters that nobody can guess.`)
    .optional(),
  HERALD_SECRET_FILE: z.string().min(1).default('data/secret.txt'),
  HERALD_FEEDBACK_MAILBOX: connectionString(
    /^imaps?:\/\/.+/,
    'Expected imaps://user:password@host, or imap:// for STARTTLS.',
  ).optional(),
  HERALD_FEEDBACK_SES_TOPICS: z.string().optional(),
  HERALD_FEEDBACK_SENDGRID_KEY: z.string().optional(),
  HERALD_FEEDBACK_POSTMARK: z.string().optional(),
  HERALD_FEEDBACK_STANDARD_SECRETS: z.string().optional(),
  // docker stop kills after 10 seconds.
  HERALD_STOP_WITHIN: z.coerce
    .number('Expected seconds from 5 to 3600.')
    .int()
    .min(5, 'Expected at least 5 seconds.')
    .max(3600, 'Expected at most 3600 seconds.')
    .default(9),
  HERALD_LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'Expected silent, error, warn, info or debug.')
    .default('info'),
});

/** They tell the command line where Herald is, and who asks. */
const FOR_THE_COMMAND_LINE: readonly string[] = ['HERALD_URL', 'HERALD_KEY', 'HERALD_KEY_FILE'];

/** The settings of an instance. */
export type Config = z.output<typeof SCHEMA>;

/** The settings of an instance whose environment sets nothing. */
export const DEFAULTS: Config = SCHEMA.parse({});

/**
 * Reads the settings that begin with HERALD_, and the files that hold secrets; checks those of OpenTelemetry that Herald reads. An empty one counts as not set, and so does a service
 * link of Kubernetes.
 * @throws HeraldError `invalid-configuration` naming every invalid or unknown setting. It quotes no value.
 */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const given = Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value]) => name.startsWith('HERALD_') && value && !isServiceLink(name, value),
    ),
  );
  const unknown = Object.keys(given).filter(
    (name) =>
      !(name in SCHEMA.shape) &&
      !SECRET_FILE_SETTINGS.has(name) &&
      !FOR_THE_COMMAND_LINE.includes(name) &&
      !name.startsWith('HERALD_TEST_'),
  );
  const { settings, problems: ofFiles } = withSecretsOfFiles(given);
  const result = SCHEMA.safeParse(settings, { error: plainEnglish });
  const needsEventStore = settings.HERALD_INBOX && !isLogServer(settings.HERALD_EVENT_STORE ?? '');
  const needsKurrentDb =
    settings.HERALD_EVENT_STORE_CLIENT === 'eventstoredb' &&
    settings.HERALD_EVENT_STORE?.startsWith('kurrentdb');
  const problems = [
    ...oidcProblems(settings),
    ...tracingProblems(environment),
    ...(result.data && sharesPort(result.data)
      ? [{ name: 'HERALD_PUBLIC_PORT', message: 'Expected another port than HERALD_PORT.' }]
      : []),
    ...(needsEventStore
      ? [
          {
            name: 'HERALD_INBOX',
            message:
              'An inbox is a stream of EventStoreDB or KurrentDB. Set HERALD_EVENT_STORE to esdb://… or kurrentdb://….',
          },
        ]
      : []),
    ...(needsKurrentDb
      ? [
          {
            name: 'HERALD_EVENT_STORE_CLIENT',
            message: 'The client of EventStoreDB does not take kurrentdb://. Remove this setting.',
          },
        ]
      : []),
    ...unknown.map((name) => ({ name, message: 'Unknown setting.' })),
    ...ofFiles,
    ...(result.error?.issues ?? []).map(({ path, message }) => ({ name: path.join('.'), message })),
  ];
  if (!result.success || problems.length > 0)
    throw new HeraldError(
      'invalid-configuration',
      `${problems.map(({ name, message }) => `${name}: ${message}`).join('\n')}\ndocs/settings.md lists all settings.`,
      (problems.find(({ name }) => unknown.includes(name)) ?? problems[0])?.name ?? '',
    );
  rememberSecretsOf(result.data);
  return result.data;
};

/** The public address of Herald: as set, or on this machine. */
export const publicUrlOf = ({ HERALD_PUBLIC_URL, HERALD_PUBLIC_PORT, HERALD_PORT }: Config): string =>
  HERALD_PUBLIC_URL ?? `http://localhost:${HERALD_PUBLIC_PORT ?? HERALD_PORT}`;

/** Whether both listeners would have one address; each free port is another one. */
const sharesPort = ({
  HERALD_HOST,
  HERALD_PORT,
  HERALD_PUBLIC_HOST = HERALD_HOST,
  HERALD_PUBLIC_PORT,
}: Config): boolean =>
  HERALD_PORT !== 0 && HERALD_PUBLIC_PORT === HERALD_PORT && HERALD_PUBLIC_HOST === HERALD_HOST;
