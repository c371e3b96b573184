import { KEYS_STREAM } from '../../application/access/api-key-registry.js';
import type { DocumentStore } from '../../application/ports/document-store.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { collectionOf, ReadModels } from '../../application/read-models/engine/read-models.js';
import { type SolutionDocument, solutions } from '../../application/read-models/solutions/solutions.js';
import { messageOf } from '../../domain/kernel/herald-error.js';
import { isPrivateHost } from '../../domain/solution/private-host.js';
import { refusedDomains } from '../../domain/solution/solution-domains.js';
import { listensOnLoopback } from '../../infrastructure/config/access.js';
import { unreachableLinks } from '../../infrastructure/config/advice.js';
import type { Config } from '../../infrastructure/config/config.js';
import { solutionDomainsOf } from '../../infrastructure/config/domains.js';
import { secretsIn } from '../../infrastructure/config/secrets-in.js';
import { type Connection, connectionsOf } from '../../infrastructure/config/transport-security.js';
import { imapOptions, verifyMailbox } from '../../infrastructure/feedback/mail/imap-mailbox.js';
import type { Finding } from './doctor-stores.js';

/** Shorter passwords are found by trying. */
const MIN_PASSWORD = 12;
/** A random secret of 32 characters has more different ones, by far. */
const MIN_DIFFERENT_CHARACTERS = 12;

/** Whether the connections to the stores and mail servers are encrypted, and certificates are checked. */
export function* aboutTransport(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): Generator<Finding> {
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    yield [
      'WRONG',
      'encryption',
      'NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of every certificate: remove it, and name your own authority by NODE_EXTRA_CA_CERTS',
    ];
  const open = connectionsOf(config).filter(({ problem }) => problem !== undefined);
  for (const connection of open) yield aboutOpen(connection);
  if (open.length === 0) yield ['ok', 'encryption', 'connections to other machines are encrypted'];
}

const aboutOpen = ({ setting, problem, toDo, hasPassword }: Connection): Finding => [
  hasPassword ? 'WRONG' : 'look',
  'encryption',
  `${setting}: ${problem}, so names, addresses${hasPassword ? ' and the password' : ''} can be read on the way: ${toDo}`,
];

/** Whether secrets are so short or so regular that they could be guessed. */
export function* aboutSecrets(config: Config): Generator<Finding> {
  const weak = secretsIn(config).filter(({ value, kind }) =>
    kind === 'password' ? value.length < MIN_PASSWORD : new Set(value).size < MIN_DIFFERENT_CHARACTERS,
  );
  for (const { name, kind } of weak)
    yield [
      'look',
      'secrets',
      kind === 'password'
        ? `the password in ${name} has fewer than ${MIN_PASSWORD} characters: choose a longer one, such as that of openssl rand -base64 24`
        : `${name} has few different characters, so it could be guessed: make one by openssl rand -base64 32 (links in mails that were sent will then be refused)`,
    ];
  if (weak.length === 0) yield ['ok', 'secrets', 'none is short'];
}

/** Whether recipients can reach the links of mails, and nobody on the way can read them. */
export function* aboutPublicUrl(config: Config): Generator<Finding> {
  const { HERALD_CLOCK, HERALD_MAIL, HERALD_PUBLIC_URL: url } = config;
  const unreachable = unreachableLinks(config);
  if (unreachable) yield [HERALD_CLOCK === 'test' ? 'look' : 'WRONG', 'public address', unreachable];
  else if (!url?.startsWith('https:'))
    yield ['look', 'public address', 'one-click unsubscribe needs HERALD_PUBLIC_URL=https://…'];
  else if (!HERALD_MAIL.startsWith('outbox:') && isPrivateHost(new URL(url).hostname))
    yield [
      'look',
      'public address',
      `recipients outside of this network cannot reach ${url}: set HERALD_PUBLIC_URL to an address that they can`,
    ];
}

/** Whether other machines reach the API, and who may use it. @param log undefined while it does not answer. */
export async function* aboutAccess(config: Config, log: EventStore | undefined): AsyncGenerator<Finding> {
  const { HERALD_HOST: host, HERALD_ADMIN_KEY, HERALD_OIDC_ISSUER } = config;
  const isLocal = listensOnLoopback(host);
  const isSet = HERALD_ADMIN_KEY !== undefined || HERALD_OIDC_ISSUER !== undefined;
  yield isLocal
    ? ['ok', 'listening', `only programs of this machine reach the API, at ${host}`]
    : [
        'look',
        'listening',
        `other machines reach the API at ${host}, without TLS: let only a gateway that offers TLS reach it`,
      ];
  if (isSet || (log && (await hasKeys(log)))) yield ['ok', 'access', 'a key or a token is needed'];
  else if (!log)
    yield ['look', 'access', 'the log does not answer, so it is not known whether there are keys'];
  else
    yield [
      isLocal ? 'look' : 'WRONG',
      'access',
      `${isLocal ? 'every program of this machine may read and change everything' : 'Herald does not start, because anybody could read and change everything'}: set HERALD_ADMIN_KEY_FILE, or create a key by: herald keys create --role admin --offline`,
    ];
}

const hasKeys = async (log: EventStore): Promise<boolean> => {
  for await (const _ of log.readStream(KEYS_STREAM, { maxCount: 1 })) return true;
  return false;
};

/** Whether the domains of senders and links are limited, and all solutions keep to them. */
export async function* aboutDomains(
  config: Config,
  documents: DocumentStore | undefined,
): AsyncGenerator<Finding> {
  const domains = solutionDomainsOf(config);
  if (!domains.senders)
    yield [
      'look',
      'sender domains',
      'any: whoever publishes events can send mails as any domain; set HERALD_SENDER_DOMAINS to those that your mail server may use',
    ];
  if (!domains.links)
    yield [
      'look',
      'link domains',
      'any: whoever publishes events can lead recipients to any public site; set HERALD_LINK_DOMAINS to those of your portals',
    ];
  if (!documents) return;
  let outside = 0;
  for await (const settings of configuredSolutions(documents))
    for (const { field, message } of refusedDomains(settings, domains)) {
      outside += 1;
      yield ['WRONG', 'domains', `the solution ${settings.solutionId}, ${field}: ${message}`];
    }
  if (outside === 0 && (domains.senders || domains.links))
    yield ['ok', 'domains', 'all solutions keep to those that are allowed'];
}

async function* configuredSolutions(documents: DocumentStore) {
  const live = (await new ReadModels(documents).peek()).get(solutions.name)?.live;
  if (!live) return;
  let after: string | undefined;
  do {
    const page = await documents.find<SolutionDocument>(collectionOf(live, solutions.indexes), {
      where: { status: 'configured' },
      limit: 200,
      ...(after ? { after } : {}),
    });
    for (const { state } of page.documents) if (state.settings) yield state.settings;
    after = page.next;
  } while (after);
}

/** Whether the mailbox for feedback can be opened. */
export async function* aboutMailbox({ HERALD_FEEDBACK_MAILBOX: url }: Config): AsyncGenerator<Finding> {
  if (url === undefined) return;
  try {
    await verifyMailbox(imapOptions(url));
    yield ['ok', 'mailbox', 'the mailbox for feedback can be opened'];
  } catch (error) {
    yield [
      'WRONG',
      'mailbox',
      `the mailbox for feedback cannot be opened (${messageOf(error)}): check HERALD_FEEDBACK_MAILBOX, its password and its folder`,
    ];
  }
}
