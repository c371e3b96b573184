import { HeraldError, messageOf } from '../../domain/kernel/herald-error.js';
import { withoutSecrets } from '../logging/known-secrets.js';
import { redactUrl } from '../logging/redact-url.js';

/**
 * The value of what makes a client of a connection string.
 * @param setting what holds the string, as errors name it.
 * @param form what such a string looks like.
 * @throws HeraldError `invalid-configuration`, without what the string keeps secret.
 */
export function connected<T>(url: string, setting: string, form: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new HeraldError(
      'invalid-configuration',
      `${setting} is not a valid connection string (${withoutSecrets(messageOf(error).replaceAll(url, redactUrl(url)))}): give ${form}://user:password@host:2113, with the password percent-encoded.`,
      setting,
    );
  }
}
