import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const lines = (...text: readonly string[]): string => text.join('\r\n');

/** The headers of a mail that went out, each on one line. */
export const headersOf = async (outbox: string, notificationId: string): Promise<string> => {
  for (const name of await readdir(outbox)) {
    const mail = await readFile(join(outbox, name), 'utf8');
    const [headers = ''] = mail.split(/\r?\n\r?\n/);
    if (headers.includes(notificationId))
      return headers.replace(/\r?\n[ \t]+/g, ' ').replace(/\r?\n/g, '\r\n');
  }
  throw new Error(`No mail of ${notificationId} went out.`);
};

export interface Status {
  readonly action?: string;
  readonly status?: string;
  readonly diagnostic?: string;
  /** Of the part that returns the mail. */
  readonly returned?: string;
}

/** A delivery status notification as Postfix writes it (RFC 3464). */
export const dsn = (
  headers: string,
  { action = 'failed', status = '5.1.1', diagnostic = '', returned = 'message/rfc822' }: Status = {},
): string =>
  lines(
    'Return-Path: <>',
    'Received: by mail.linden.example (Postfix) id 2F3A41C1A8; Mon,  2 Mar 2026 08:59:58 +0000 (UTC)',
    'Date: Mon,  2 Mar 2026 08:59:58 +0000 (UTC)',
    'From: MAILER-DAEMON@linden.example (Mail Delivery System)',
    'Subject: Undelivered Mail Returned to Sender',
    'To: no-reply@aurora.example',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="5B1D81C1A7.1772441998/mail.linden.example"',
    'Message-Id: <20260302085958.2F3A41C1A8@mail.linden.example>',
    '',
    'This is a MIME-encapsulated message.',
    '',
    '--5B1D81C1A7.1772441998/mail.linden.example',
    'Content-Description: Notification',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'This is the mail system at host mail.linden.example.',
    '',
    "I'm sorry to have to inform you that your message could not",
    'be delivered to one or more recipients. X-Herald-Notification: forged',
    '',
    '--5B1D81C1A7.1772441998/mail.linden.example',
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.linden.example',
    'X-Postfix-Queue-ID: 5B1D81C1A7',
    'X-Postfix-Sender: rfc822; no-reply@aurora.example',
    'Arrival-Date: Mon,  2 Mar 2026 08:59:57 +0000 (UTC)',
    '',
    'Final-Recipient: rfc822; somebody@linden.example',
    'Original-Recipient: rfc822;somebody@linden.example',
    `Action: ${action}`,
    `Status: ${status}`,
    'Remote-MTA: dns; mx.linden.example',
    `Diagnostic-Code: smtp; ${diagnostic || '550 5.1.1 <somebody@linden.example>:\r\n    Recipient address rejected: User unknown'}`,
    '',
    '--5B1D81C1A7.1772441998/mail.linden.example',
    'Content-Description: Undelivered Message',
    `Content-Type: ${returned}`,
    '',
    headers,
    ...(returned === 'message/rfc822' ? ['', 'The text of the mail.'] : []),
    '',
    '--5B1D81C1A7.1772441998/mail.linden.example--',
    '',
  );

/** An abuse report (RFC 5965), as mailbox providers send it. */
export const arf = (headers: string, type = 'abuse'): string =>
  lines(
    'From: <abusedesk@mailbox.example>',
    'Date: Mon, 2 Mar 2026 08:59:59 +0000',
    'Subject: FW: Earn money',
    'To: <abuse@aurora.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report;',
    '     boundary="part1_13d.2e68ed54_boundary"',
    '',
    '--part1_13d.2e68ed54_boundary',
    'Content-Type: text/plain; charset="US-ASCII"',
    'Content-Transfer-Encoding: 7bit',
    '',
    'This is an email abuse report for an email message received from IP 192.0.2.1.',
    '',
    '--part1_13d.2e68ed54_boundary',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    '',
    '--part1_13d.2e68ed54_boundary',
    'Content-Type: message/rfc822',
    'Content-Disposition: inline',
    '',
    headers,
    '',
    'Spam Spam Spam',
    '--part1_13d.2e68ed54_boundary--',
    '',
  );
