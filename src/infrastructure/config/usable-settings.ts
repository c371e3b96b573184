import { imapOptions } from '../feedback/mail/imap-mailbox.js';
import type { Config } from './config.js';
import { webhookSettingsOf } from './feedback.js';
import { requireMailSettings } from './mail.js';
import { requireReadModelSettings } from './stores.js';

/**
 * Refuses what the adapters would refuse. It is asked before any of them is made: a start that is refused leaves no file behind.
 * @throws HeraldError `invalid-configuration`, `mail-configuration`.
 */
export const requireUsableSettings = async (config: Config): Promise<void> => {
  requireMailSettings(config);
  webhookSettingsOf(config);
  if (config.HERALD_FEEDBACK_MAILBOX !== undefined) imapOptions(config.HERALD_FEEDBACK_MAILBOX);
  await requireReadModelSettings(config);
};
