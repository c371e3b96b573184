import nodemailer from 'nodemailer';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import type { SmtpOptions } from './smtp-options.js';
import { plainly } from './tls-problem.js';

/** A person waits for the answer: it is shorter than for a mail. */
const PATIENCE_MS = 10_000;

/**
 * Connects, greets, authenticates if there is a password, and quits; sends nothing.
 * @throws HeraldError `mail-server-unavailable` with the server's reply.
 */
export async function verifySmtp({ host, port, name, secure, requireTls, auth }: SmtpOptions): Promise<void> {
  const transporter = nodemailer.createTransport({
    ...{ host, port, name, secure, requireTLS: requireTls, auth },
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  });
  try {
    await transporter.verify();
  } catch (error) {
    throw new HeraldError(
      'mail-server-unavailable',
      `The mail server ${host} refused: ${plainly(messageOf(error))}. Check HERALD_MAIL, and that this machine can connect to the server.`,
      'HERALD_MAIL',
    );
  } finally {
    transporter.close();
  }
}
