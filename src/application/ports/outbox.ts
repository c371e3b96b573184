import type { LostMessage } from './channel.js';

/** The folder that keeps mails instead of sending them. It exists only where there is no mail server. */
export abstract class Outbox {
  /** The name of the file of a mail; undefined if the mail is not in the folder. */
  abstract fileOf(mail: LostMessage): Promise<string | undefined>;

  /** The id of the notification whose mail a file of this name holds; undefined if no mail is kept under such a name. */
  abstract notificationIdIn(file: string): string | undefined;

  /** The mail in a file, as it is; undefined if there is no such file. */
  abstract read(file: string): Promise<string | undefined>;
}
