import type { SendMailOptions } from 'nodemailer';
import { referenceOf } from '../../../application/feedback/feedback-marks.js';
import { readEmailAddress } from '../../../domain/channels/email-address.js';
import type { Mail } from '../mail.js';
import { oneLine } from '../rendering/sanitize.js';
import { shortestEncoding } from '../transfer-encoding.js';
import { domainOf, headerName, headerText, listHeaders } from './headers.js';
import { markHeaders } from './mark-headers.js';

/** What is wrong with the addresses of a mail; undefined if they are valid. Logs of older versions may hold invalid ones. */
export const addressProblem = ({ from, to }: Mail): string | undefined => {
  for (const [whose, { address }] of Object.entries({ recipient: to, sender: from })) {
    const { problem } = readEmailAddress(address);
    if (problem)
      return `The ${whose}'s address ${JSON.stringify(address)} is not one that mail can have: ${problem}.`;
  }
  return undefined;
};

/**
 * The message that every transport sends for a mail. The Message-ID is the same at every attempt, so that a recipient's server
 * can recognise a duplicate; `X-Herald-Notification` and `X-Herald-Token` survive a relay that replaces the Message-ID.
 */
export const compose = (mail: Mail): SendMailOptions => ({
  messageId: `<${referenceOf(oneLine(mail.notificationId), mail.mark?.token)}@${domainOf(mail.from.address)}>`,
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
  textEncoding: shortestEncoding(mail.html, mail.text).encoding,
  disableFileAccess: true,
  disableUrlAccess: true,
});
