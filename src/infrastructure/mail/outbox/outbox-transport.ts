import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { MayStart, SendResult } from '../../../application/ports/channel.js';
import { HeraldError, messageOf } from '../../../domain/kernel/herald-error.js';
import { type LostMail, type Mail, MailTransport } from '../mail.js';
import { addressProblem, messageIdOf, toMessage } from '../smtp/compose.js';
import { fileNameOf } from './file-name.js';

/** Keeps mails as `.eml` files in a folder instead of sending them: for development, and until there is a mail server. */
export class OutboxTransport extends MailTransport {
  override readonly concurrency = 5;
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

  /** Accepted with the file's path as reply once the mail is on disk; about the relay if the folder cannot be written. */
  override async send(mail: Mail, mayStart: MayStart): Promise<SendResult> {
    const problem = addressProblem(mail);
    if (problem) return { outcome: 'rejected', isUnasked: true, ...problem };
    const path = this.#pathOf(mail);
    try {
      const { message, messageId } = await toMessage(mail);
      await mkdir(this.folder, { recursive: true });
      if (!(await isToStart(mayStart))) return { outcome: 'not-tried', about: 'shutdown', reason: DROPPED };
      await writeWhole(path, message);
      return { outcome: 'accepted', reply: path, messageId };
    } catch (error) {
      return {
        outcome: 'not-tried',
        about: 'relay',
        reason: `The outbox cannot be written: ${messageOf(error)}`,
      };
    }
  }

  /** The name of a mail's file is the same at every attempt, and it is there whole or not at all. */
  override async outcomeOf(mail: LostMail): Promise<SendResult> {
    const path = this.#pathOf(mail);
    await rm(`${path}.part`, { force: true });
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) return { outcome: 'accepted', reply: path, messageId: messageIdOf(mail) };
    return {
      outcome: 'not-tried',
      about: 'shutdown',
      reason: 'Herald ended before the mail was in the outbox.',
    };
  }

  override async close(): Promise<void> {}

  #pathOf(mail: LostMail): string {
    return join(this.folder, fileNameOf(mail));
  }
}

const DROPPED = 'The attempt was dropped before the mail was written.';

const isToStart = (mayStart: MayStart): Promise<boolean> => mayStart().catch(() => false);

// whoever lists the folder sees the whole mail or none, also after a power cut
const writeWhole = async (path: string, content: Buffer): Promise<void> => {
  const partial = `${path}.part`;
  try {
    const file = await open(partial, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
};
