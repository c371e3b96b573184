import nodemailer, { type SendMailOptions } from 'nodemailer';
import { referenceOf } from '../../../application/feedback/feedback-marks.js';
import { MAX_MAIL_BYTES } from '../../../domain/bounds.js';
import { readEmailAddress } from '../../../domain/channels/email-address.js';
import type { Mail } from '../mail.js';
import { oneLine } from '../rendering/sanitize.js';
import { shorterEncoding } from '../transfer-encoding.js';
import { domainOf, headerName, headerText, listHeaders } from './headers.js';
import { markHeaders } from './mark-headers.js';

/**
 * What is wrong with the addresses of a mail, and whose it is; undefined if they are valid. Logs of older versions may hold invalid
 * ones.
 */
export const addressProblem = ({
  from,
  to,
}: Mail): { readonly about: 'recipient' | 'mail'; readonly reason: string } | undefined => {
  const whose = [
    { of: 'recipient', about: 'recipient', address: to.address },
    { of: 'sender', about: 'mail', address: from.address },
  ] as const;
  for (const { of, about, address } of whose) {
    const { problem } = readEmailAddress(address);
    if (problem)
      return {
        about,
        reason: `The ${of}'s address ${JSON.stringify(address)} is not one that mail can have: ${problem}.`,
      };
  }
  return undefined;
};

/** The Message-ID of a mail, the same at every attempt. */
export const messageIdOf = ({
  notificationId,
  from,
  mark,
}: Pick<Mail, 'notificationId' | 'from' | 'mark'>): string =>
  `<${referenceOf(oneLine(notificationId), mark?.token)}@${domainOf(from.address)}>`;

// nodemailer chooses for each part by its letters. A large mail has to be small in the encoding that it gets.
const textEncodingOf = ({ html, text }: Mail): Pick<SendMailOptions, 'textEncoding'> => {
  const textEncoding = shorterEncoding(MAX_MAIL_BYTES, html, text);
  return textEncoding ? { textEncoding } : {};
};

/**
 * The message that every transport sends for a mail. The Message-ID is the same at every attempt, so that a recipient's server
 * can recognise a duplicate; `X-Herald-Notification` and `X-Herald-Token` survive a relay that replaces the Message-ID.
 */
export const compose = (mail: Mail): SendMailOptions => ({
  messageId: messageIdOf(mail),
  date: new Date(mail.date),
  from: { name: headerName(mail.from.name), address: mail.from.address },
  to: { name: headerName(mail.to.name), address: mail.to.address },
  subject: headerText(mail.subject),
  headers: {
    'X-Herald-Notification': oneLine(mail.notificationId),
    ...(mail.mark && markHeaders(mail.mark)),
    // RFC 3834: suppresses automatic replies
    'Auto-Submitted': 'auto-generated',
    // The same for Exchange ([MS-OXCMAIL], PidTagAutoResponseSuppress). All would also suppress NDR: the report of a mail that
    // could not be delivered.
    'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
    'Content-Language': oneLine(mail.locale),
    ...listHeaders(mail),
  },
  text: mail.text,
  html: mail.html,
  ...textEncodingOf(mail),
  disableFileAccess: true,
  disableUrlAccess: true,
});

const composer = nodemailer.createTransport({
  streamTransport: true,
  buffer: true,
  newline: 'windows',
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** The whole message as bytes, and its Message-ID. */
export const toMessage = async (
  mail: Mail,
): Promise<{ readonly message: Buffer; readonly messageId: string }> => {
  const { message, messageId } = await composer.sendMail(compose(mail));
  return { message: message as Buffer, messageId };
};
