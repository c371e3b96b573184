import { rememberSecret } from '../logging/known-secrets.js';
import { credentialsIn } from './connection-string.js';

/** Options of MongoDB's connection strings that hold secrets. */
const SECRET_OPTIONS = ['tlsCertificateKeyFilePassword', 'proxyPassword'];
const SESSION_TOKEN = /AWS_SESSION_TOKEN:([^,]+)/;

/** The settings that are connection strings. */
const CONNECTION_STRINGS = [
  'HERALD_EVENT_STORE',
  'HERALD_READ_MODELS',
  'HERALD_MAIL',
  'HERALD_FEEDBACK_MAILBOX',
] as const;

type Secrets = Readonly<
  Partial<
    Record<
      | (typeof CONNECTION_STRINGS)[number]
      | 'HERALD_SECRET'
      | 'HERALD_ADMIN_KEY'
      | 'HERALD_FEEDBACK_POSTMARK'
      | 'HERALD_FEEDBACK_STANDARD_SECRETS',
      string | undefined
    >
  >
>;

/** Remembers every secret in the settings, so that nothing shows it. */
export const rememberSecretsOf = (settings: Secrets): void => {
  for (const name of CONNECTION_STRINGS) rememberConnection(settings[name]);
  const { HERALD_SECRET, HERALD_ADMIN_KEY, HERALD_FEEDBACK_POSTMARK, HERALD_FEEDBACK_STANDARD_SECRETS } =
    settings;
  rememberSecret(HERALD_SECRET ?? '');
  rememberSecret(HERALD_ADMIN_KEY ?? '');
  const [user, ...password] = HERALD_FEEDBACK_POSTMARK?.split(':') ?? [];
  rememberSecret(password.join(':'), user);
  for (const secret of HERALD_FEEDBACK_STANDARD_SECRETS?.split(/[\s,]+/) ?? [])
    rememberSecret(secret.replace(/^whsec_/, ''));
};

const rememberConnection = (url: string | undefined): void => {
  if (!url?.includes('://')) return;
  const { user, password } = credentialsIn(url);
  rememberSecret(password, user);
  const options = new URLSearchParams(url.split('?')[1]);
  for (const name of SECRET_OPTIONS) rememberSecret(options.get(name) ?? '');
  rememberSecret(SESSION_TOKEN.exec(options.get('authMechanismProperties') ?? '')?.[1] ?? '');
};
