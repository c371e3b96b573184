import { rememberSecret } from '../logging/known-secrets.js';
import { credentialsIn } from './connection-string.js';
import type { SecretSetting } from './secret-settings.js';

/** A secret in the settings. */
export interface SettingSecret {
  /** The setting that holds it. */
  readonly name: string;
  readonly kind: 'password' | 'secret';
  readonly value: string;
  /** Whose password it is. */
  readonly user?: string;
}

/** Options of MongoDB's connection strings that hold secrets. */
const SECRET_OPTIONS = ['tlsCertificateKeyFilePassword', 'proxyPassword'];
const SESSION_TOKEN = /AWS_SESSION_TOKEN:([^,]+)/;

/** The settings that hold secrets. */
type Settings = Readonly<Partial<Record<SecretSetting | 'HERALD_SECRET', string | undefined>>>;

/** Each `user:password` of Postmark's webhooks, one a line: a password may have spaces. */
export const postmarkCredentialsIn = (setting: string): readonly string[] =>
  setting.split(/[\r\n]+/).filter((line) => line !== '');

/** All secrets in the settings. */
export const secretsIn = (settings: Settings): readonly SettingSecret[] => {
  const { HERALD_SECRET, HERALD_FEEDBACK_POSTMARK, HERALD_FEEDBACK_STANDARD_SECRETS } = settings;
  const found: readonly SettingSecret[] = [
    ...ofConnection('HERALD_EVENT_STORE', settings.HERALD_EVENT_STORE),
    ...ofConnection('HERALD_READ_MODELS', settings.HERALD_READ_MODELS),
    ...ofConnection('HERALD_MAIL', settings.HERALD_MAIL),
    ...ofConnection('HERALD_FEEDBACK_MAILBOX', settings.HERALD_FEEDBACK_MAILBOX),
    { name: 'HERALD_SECRET', kind: 'secret', value: HERALD_SECRET ?? '' },
    { name: 'HERALD_ADMIN_KEY', kind: 'secret', value: settings.HERALD_ADMIN_KEY ?? '' },
    {
      name: 'HERALD_OIDC_CLIENT_SECRET',
      kind: 'password',
      value: settings.HERALD_OIDC_CLIENT_SECRET ?? '',
    },
    ...postmarkCredentialsIn(HERALD_FEEDBACK_POSTMARK ?? '').map((one): SettingSecret => {
      const [user = '', ...password] = one.split(':');
      return { name: 'HERALD_FEEDBACK_POSTMARK', kind: 'password', value: password.join(':'), user };
    }),
    ...(HERALD_FEEDBACK_STANDARD_SECRETS?.split(/[\s,]+/) ?? []).map(
      (secret): SettingSecret => ({
        name: 'HERALD_FEEDBACK_STANDARD_SECRETS',
        kind: 'secret',
        value: secret.replace(/^whsec_/, ''),
      }),
    ),
  ];
  return found.filter(({ value }) => value !== '');
};

const ofConnection = (name: string, url: string | undefined): readonly SettingSecret[] => {
  if (!url?.includes('://')) return [];
  const { user, password } = credentialsIn(url);
  const options = new URLSearchParams(url.split('?')[1]);
  const token = SESSION_TOKEN.exec(options.get('authMechanismProperties') ?? '')?.[1] ?? '';
  return [
    { name, kind: 'password', value: password, user },
    ...SECRET_OPTIONS.map(
      (option): SettingSecret => ({ name, kind: 'password', value: options.get(option) ?? '' }),
    ),
    { name, kind: 'secret', value: token },
  ];
};

/** Remembers every secret in the settings, so that nothing shows it. */
export const rememberSecretsOf = (settings: Settings): void => {
  for (const { value, user } of secretsIn(settings)) rememberSecret(value, user);
};
