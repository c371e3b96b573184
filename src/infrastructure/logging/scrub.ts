import { HeraldError } from '../../domain/kernel/herald-error.js';
import { withoutSecrets } from './known-secrets.js';

/** The nesting depth of log fields; deeper fields are omitted. */
const MAX_DEPTH = 4;

/** A longer word that contains an @ is masked without inspection. */
const MAX_WORD = 1_000;

/**
 * A text without secrets and e-mail addresses, which replies of mail servers and errors of drivers quote. A word with an @ inside
 * is masked completely; in `node_modules/@scope` the @ is not inside a word.
 */
export const scrubText = (text: string): string => {
  const shown = withoutSecrets(text);
  return shown.includes('@') ? shown.replace(/\S+/g, scrubWord) : shown;
};

const AT_WITHIN = /[^/]@./;

/** A set of documents, such as `history@3.2`, and its file: operators need their names. */
const DOCUMENTS = /(^|[/"'(])[a-z-]+@\d+(\.\d+)?(\.db)?([-:;,.)"'].*)?$/;

const scrubWord = (word: string): string => {
  if (!word.includes('@')) return word;
  if (word.length > MAX_WORD) return '***';
  return AT_WITHIN.test(word) && !DOCUMENTS.test(word) ? '***' : word;
};

/** The fields of a log line as they may be written: texts are scrubbed, and errors become type, message and stack. */
export const scrub = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return scrubText(value);
  if (value instanceof Error) return scrubError(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((one) => scrub(one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrub(one, depth + 1)]));
};

const scrubError = (error: Error, depth: number): object => ({
  type: error.constructor.name,
  message: scrubText(error.message),
  ...('code' in error ? { code: scrub(error.code, depth + 1) } : {}),
  // The message of an expected error says what to do; its stack trace is not useful.
  ...(error instanceof HeraldError ? {} : { stack: scrubText(error.stack ?? '') }),
  ...(error.cause instanceof Error && depth < MAX_DEPTH ? { cause: scrubError(error.cause, depth + 1) } : {}),
});
