import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { LostMessage } from '../../../application/ports/channel.js';
import { Outbox } from '../../../application/ports/outbox.js';
import { MAX_OUTBOX_FILE_BYTES } from '../../../domain/bounds.js';
import { fileNameOf, notificationIn } from './file-name.js';

/** Reads the folder that `OutboxTransport` writes. It never lists it: it may hold a million mails. */
export class OutboxFolder extends Outbox {
  constructor(private readonly folder: string) {
    super();
  }

  override async fileOf(mail: LostMessage): Promise<string | undefined> {
    const file = fileNameOf(mail);
    const isThere = await lstat(join(this.folder, file)).then(
      (found) => found.isFile(),
      () => false,
    );
    return isThere ? file : undefined;
  }

  override notificationIdIn(file: string): string | undefined {
    return notificationIn(file);
  }

  /** A link is no mail, and nothing that is larger than a mail. */
  override async read(file: string): Promise<string | undefined> {
    if (notificationIn(file) === undefined) return undefined;
    const opened = await open(join(this.folder, file), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
      () => undefined,
    );
    if (!opened) return undefined;
    try {
      const found = await opened.stat();
      if (!found.isFile() || found.size > MAX_OUTBOX_FILE_BYTES) return undefined;
      return await opened.readFile('utf8');
    } finally {
      await opened.close();
    }
  }
}
