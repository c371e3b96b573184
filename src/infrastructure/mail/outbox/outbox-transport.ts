import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import type { MayStart, SendResult } from '../../../application/ports/channel.js';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import { type Mail, MailTransport } from '../mail.js';
import { addressProblem, compose } from '../smtp/compose.js';

/** Keeps mails as `.eml` files in a folder instead of sending them: for development, and until there is a mail server. */
export class OutboxTransport extends MailTransport {
  override readonly concurrency = 5;
  private readonly composer = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  /**
   * @param folder created with the first mail if it does not exist.
   * @throws HeraldError `mail-configuration` without a folder.
   */
  constructor(private readonly folder: string) {
    super();
    if (!folder.trim()) {
      throw new HeraldError('mail-configuration', 'Name the folder that keeps the mails.', 'HERALD_MAIL');
    }
  }

  /** Accepted with the file's path as reply once the mail is on disk; deferred if it cannot be written. */
  override async send(mail: Mail, mayStart: MayStart): Promise<SendResult> {
    const problem = addressProblem(mail);
    if (problem) return { outcome: 'rejected', about: 'recipient', reason: problem };
    if (!(await mayStart()))
      return { outcome: 'not-tried', about: 'shutdown', reason: 'The attempt was dropped.' };
    try {
      const { message, messageId } = await this.composer.sendMail(compose(mail));
      const path = join(this.folder, fileName(mail));
      await mkdir(this.folder, { recursive: true });
      await writeWhole(path, message as Buffer);
      return { outcome: 'accepted', reply: path, messageId };
    } catch (error) {
      return { outcome: 'deferred', about: 'mail', reason: messageOf(error) };
    }
  }

  override async close(): Promise<void> {
    this.composer.close();
  }
}

// a colon cannot stand in a file name everywhere, and an id must not lead out of the folder
const fileName = ({ date, rule, notificationId }: Mail): string =>
  `${`${date}-${rule}-${notificationId}`.replace(/[^A-Za-z0-9._-]/g, '-')}.eml`;

// whoever lists the folder sees the whole mail or none, also after a power cut
const writeWhole = async (path: string, content: Buffer): Promise<void> => {
  const partial = `${path}.part`;
  const file = await open(partial, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
};
