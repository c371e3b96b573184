import { MAX_REPLY_LENGTH } from '../../../domain/bounds.js';
import { oneLine } from '../rendering/sanitize.js';

/** A server's reply, all lines of it. */
export interface Reply {
  /** The code of its last line, which decides (RFC 5321, 4.2.1); 0 if it has none. */
  readonly code: number;
  /** The enhanced status code (RFC 3463), e.g. `5.7.1`; empty if it has none. */
  readonly status: string;
  /** The server's own text as one printable line, at most MAX_REPLY_LENGTH characters. */
  readonly text: string;
}

const LINE = /^(\d{3})(?:[ -]|$)(?:([245]\.\d{1,3}\.\d{1,3})(?:\s|$))?(.*)$/s;

/** Reads a reply of one line or of several. */
export const parseReply = (raw: string): Reply => {
  const lines = raw.split(/\r?\n/).filter((line) => line.trim());
  const parsed = lines.map((line) => {
    const [, code = '', status = '', text = line] = LINE.exec(line) ?? [];
    return { code: Number(code), status, text: text.trim() };
  });
  const last = parsed.at(-1);
  if (!last) return { code: 0, status: '', text: '' };
  const status = last.status || (parsed.find((line) => line.status)?.status ?? '');
  const isOfOneKind = parsed.every((line) => line.code === last.code && [status, ''].includes(line.status));
  const prefix = last.code ? `${last.code}${status && ` ${status}`} ` : '';
  // The code is shown once where all lines have the same.
  const text = isOfOneKind ? prefix + parsed.map((line) => line.text).join(' ') : lines.join(' ');
  return { code: last.code, status, text: oneLine(text).slice(0, MAX_REPLY_LENGTH) };
};
