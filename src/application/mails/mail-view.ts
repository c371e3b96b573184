import { withMaskedToken } from '../feedback/masked-tokens.js';
import type { ColorScheme, MailFormat, MailPart } from '../ports/mail-format.js';

/** How a mail is looked at. */
export interface MailView {
  readonly part: MailPart;
  /** Of the HTML part; undefined: as the reader's system prefers. */
  readonly scheme?: ColorScheme | undefined;
}

interface Viewed {
  readonly html: string;
  readonly text: string;
  readonly source: () => string | Promise<string>;
}

/** The part of a mail that is asked for, without its token: that is for whoever has got the mail. */
export const viewed = async (
  mail: Viewed,
  { part, scheme }: MailView,
  format: MailFormat,
): Promise<string> => {
  if (part === 'source') return withMaskedToken(await mail.source());
  if (part === 'text') return mail.text;
  return scheme ? format.inScheme(mail.html, scheme) : mail.html;
};
