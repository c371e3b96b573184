import { MAX_KNOWN_SECRETS } from '../../domain/bounds.js';
import { redact } from './redact-url.js';

/** A shorter one could be an ordinary word, and texts without it would be hard to read. */
const MIN_LENGTH = 8;

/** The spellings of the secrets that this process has read; the oldest first. */
const known = new Set<string>();

/**
 * Remembers a secret, so that no text of this process shows it: in its own spelling, percent-encoded, in base64, and as SASL PLAIN
 * sends it (RFC 4616).
 * @param user the user whose password it is.
 */
export const rememberSecret = (secret: string, user = ''): void => {
  if (secret.length < MIN_LENGTH) return;
  const spellings = [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(`\0${user}\0${secret}`).toString('base64'),
  ];
  for (const spelling of spellings) {
    known.delete(spelling);
    known.add(spelling);
  }
  for (const oldest of known) {
    if (known.size <= MAX_KNOWN_SECRETS) break;
    known.delete(oldest);
  }
};

/**
 * A text without secrets: the one place that everything passes which is written or answered, such as log lines, problem details
 * of failures, health and the command line. Known secrets become `***`; the user information of connection strings is left out.
 */
export const withoutSecrets = (text: string): string => {
  let shown = text;
  for (const secret of known) shown = shown.replaceAll(secret, '***');
  return redact(shown);
};
