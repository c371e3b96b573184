import nodemailer from 'nodemailer';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import type { SmtpOptions } from './smtp-options.js';

/**
 * Connects, greets, logs in where there is a password, and leaves; sends nothing.
 * @throws HeraldError `mail-server-unavailable` with what the server said.
 */
export async function verifySmtp({
  host,
  port,
  secure,
  requireTls,
  auth,
  timeouts,
}: SmtpOptions): Promise<void> {
  const transporter = nodemailer.createTransport({
    ...{ host, port, secure, requireTLS: requireTls, auth },
    connectionTimeout: timeouts.connection,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.socket,
  });
  try {
    await transporter.verify();
  } catch (error) {
    throw new HeraldError(
      'mail-server-unavailable',
      `The mail server ${host} refused: ${messageOf(error)}. Check HERALD_MAIL, and that this machine may connect to it.`,
      'HERALD_MAIL',
    );
  } finally {
    transporter.close();
  }
}
