import type { Message } from './channel.js';

/** The parts in which a mail can be looked at; `source` is the whole message (RFC 5322) with headers and MIME. */
export const MAIL_PARTS = ['html', 'text', 'source'] as const;

export type MailPart = (typeof MAIL_PARTS)[number];

/** The color schemes in which an HTML part can be shown, whatever the reader's system prefers. */
export const COLOR_SCHEMES = ['light', 'dark'] as const;

export type ColorScheme = (typeof COLOR_SCHEMES)[number];

/** The formats of e-mail: what its messages look like on the wire, and how they are read. */
export abstract class MailFormat {
  /** The languages that mails are worded in, as BCP 47 tags; the first one is used where none fits. */
  abstract readonly locales: readonly string[];

  /** The whole message that an attempt sends: ASCII, with CRLF. The MIME boundaries differ each time. */
  abstract sourceOf(message: Message): Promise<string>;

  /** The HTML and the text in the source of a message; each is empty if there is none. */
  abstract partsOf(source: string): Promise<{ readonly html: string; readonly text: string }>;

  /** The HTML part as readers with this color scheme see it. */
  abstract inScheme(html: string, scheme: ColorScheme): string;
}
