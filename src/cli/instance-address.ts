import { HeraldError } from '../domain/kernel/herald-error.js';
import { redactUrl } from '../infrastructure/logging/redact-url.js';

const SCHEMES = new Set(['http:', 'https:']);

/** Something before the host, also where the scheme is missing. */
const CREDENTIALS = /^(\w+:)?[\\/]*[^\\/]*@/;

/** @throws HeraldError `invalid-option` for an address with a user name or a password, which help and errors would show. */
export const refuseCredentials = (address: string): void => {
  if (CREDENTIALS.test(address))
    throw invalid(
      'The address of an instance must not contain a user name or a password: give --url or HERALD_URL without them, and a key by HERALD_KEY.',
    );
};

/**
 * The address of an instance, to which the path of a request is added: without a slash at its end.
 * @throws HeraldError `invalid-option` if it is no address of an instance.
 */
export const instanceAddress = (given: string): string => {
  refuseCredentials(given);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !SCHEMES.has(url.protocol) || url.search || url.hash)
    throw invalid(
      `${redactUrl(given)} is not the address of an instance: give one such as http://localhost:3000 by --url or HERALD_URL, or its port by HERALD_PORT.`,
    );
  return url.href.replace(/\/+$/, '');
};

const invalid = (says: string): HeraldError => new HeraldError('invalid-option', says, '--url');
