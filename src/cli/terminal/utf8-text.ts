import { HeraldError } from '../../domain/kernel/herald-error.js';

/**
 * The text of a file in UTF-8, without a byte order mark. Other encodings are refused: read as UTF-8, a name would lose its letters, and
 * be recorded so.
 * @throws HeraldError `invalid-argument`
 */
export const utf8TextOf = (content: Uint8Array, file: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new HeraldError('invalid-argument', `${file} is not text in UTF-8: convert it to UTF-8.`, 'file');
  }
};
