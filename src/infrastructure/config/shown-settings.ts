import { type Setting, Settings } from '../../application/ports/settings.js';
import { withoutSecrets } from '../logging/known-secrets.js';
import { redactUrl } from '../logging/redact-url.js';
import { type Config, DEFAULTS } from './config.js';
import { MEANINGS } from './meanings.js';
import { SECRET_SETTINGS } from './secret-settings.js';

/** Addresses: they are shown without users, passwords and options. */
const ADDRESSES: ReadonlySet<string> = new Set([
  'HERALD_EVENT_STORE',
  'HERALD_READ_MODELS',
  'HERALD_MAIL',
  'HERALD_FEEDBACK_MAILBOX',
  'HERALD_OIDC_ISSUER',
  'HERALD_OIDC_JWKS_URL',
]);

/** Their values are not shown. */
const HIDDEN: ReadonlySet<string> = new Set(
  [...SECRET_SETTINGS, 'HERALD_SECRET'].filter((name) => !ADDRESSES.has(name)),
);

/** The settings of a configuration, fit to be shown. */
export class ShownSettings extends Settings {
  constructor(private readonly config: Config) {
    super();
  }

  override all(): readonly Setting[] {
    return (Object.keys(MEANINGS) as (keyof Config)[]).sort().map((name) => this.#shown(name));
  }

  #shown(name: keyof Config): Setting {
    const [value, usual] = [textOf(this.config[name]), textOf(DEFAULTS[name])];
    const secret = HIDDEN.has(name);
    const shown = (text: string): string => {
      if (secret) return 'set';
      return withoutSecrets(ADDRESSES.has(name) ? redactUrl(text) : text);
    };
    return {
      name,
      value: value === undefined ? null : shown(value),
      default: usual ?? null,
      isDefault: value === usual,
      secret,
      says: MEANINGS[name],
    };
  }
}

const textOf = (value: Config[keyof Config]): string | undefined => {
  if (value === undefined) return undefined;
  return typeof value === 'object' ? value.join(' ') : String(value);
};
