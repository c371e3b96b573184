import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a mail carries so that feedback about it is recognised. */
export interface FeedbackMark {
  /** Cannot be guessed, so that a report in a mail proves that its author has seen the mail. Lower case letters and digits. */
  readonly token: string;
  /** Headers that providers return in their reports. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Whose reports are taken, and what of a mail they return. */
export interface Echoes {
  readonly sendgrid: boolean;
  readonly postmark: boolean;
}

/** The name under which a provider returns the notification. */
export const ECHO = 'herald-notification';

/** The header of a mail that holds its token. */
export const TOKEN_HEADER = 'X-Herald-Token';

const TOKEN_BYTES = 16;

/** Signs the ids of notifications in mails, and recognises them in what comes back. */
export class FeedbackMarks {
  /** @param secret shared by all instances, and kept secret. */
  constructor(
    private readonly secret: string,
    private readonly echoes: Echoes,
  ) {}

  /** The mark of the mail of this notification; the same at every attempt. */
  of(notificationId: string): FeedbackMark {
    return {
      token: this.#sign(notificationId).toString('hex'),
      headers: {
        ...(this.echoes.sendgrid && {
          'X-SMTPAPI': JSON.stringify({ unique_args: { [ECHO]: notificationId } }),
        }),
        ...(this.echoes.postmark && { [`X-PM-Metadata-${ECHO}`]: notificationId }),
      },
    };
  }

  /** Whether the token is that of the notification. */
  isToken(notificationId: string, token: string): boolean {
    const expected = this.#sign(notificationId);
    const given = Buffer.from(token, 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #sign(notificationId: string): Buffer {
    return createHmac('sha256', this.secret)
      .update(`feedback:${notificationId}`)
      .digest()
      .subarray(0, TOKEN_BYTES);
  }
}

const REFERENCE = /<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.([0-9a-f]{32}))?@/i;

/** The notification, and the token if there is one, in the Message-ID of a mail of Herald's; undefined for any other text. */
export const referenceIn = (
  messageId: string,
): { readonly notificationId: string; readonly token: string | undefined } | undefined => {
  const [, id, token] = REFERENCE.exec(messageId) ?? [];
  return id ? { notificationId: id.toLowerCase(), token: token?.toLowerCase() } : undefined;
};

/** The local part of the Message-ID of a mail. */
export const referenceOf = (notificationId: string, token: string | undefined): string =>
  token ? `${notificationId}.${token}` : notificationId;
