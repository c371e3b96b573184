import { TOKEN_HEADER } from './feedback-marks.js';

/** As long as a token. Asterisks are no token, and may stand in a Message-ID (RFC 5322, 3.2.3). */
const MASK = '*'.repeat(32);

const REFERENCE = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.)[0-9a-f]{32}(?=@)/gi;

const HEADER = new RegExp(`^(${TOKEN_HEADER}:\\s*)[0-9a-f]{32}`, 'gim');

/** Whatever is recorded of an attempt, with the tokens in Message-IDs masked: only who has got a mail may prove it by its token. */
export const withMaskedReferences = <Value>(value: Value): Value => {
  if (Array.isArray(value)) return value.map(withMaskedReferences) as Value;
  return typeof value === 'string' ? (value.replace(REFERENCE, `$1${MASK}`) as Value) : value;
};

/** The source of a mail, to be looked at: its token is masked in its header and in its Message-ID. */
export const withMaskedToken = (source: string): string => {
  const [head = ''] = source.split(/\r?\n\r?\n/, 1);
  return withMaskedReferences(head).replace(HEADER, `$1${MASK}`) + source.slice(head.length);
};
