import { imapOptions } from '../feedback/mail/imap-mailbox.js';
import { accessNotConfigured } from '../http/access/configured-access.js';
import { listensOnLoopback } from './access.js';
import type { Config } from './config.js';
import { webhookSettingsOf } from './feedback.js';
import { requireMailSettings } from './mail.js';
import { isMissingLog, requireLogSettings, requireReadModelSettings } from './stores.js';

/**
 * Refuses what the adapters would refuse. It is asked before any of them is made: a start that is refused leaves no file behind.
 * @throws HeraldError `invalid-configuration`, `mail-configuration`, `access-not-configured`.
 */
export const requireUsableSettings = async (config: Config): Promise<void> => {
  requireMailSettings(config);
  webhookSettingsOf(config);
  if (config.HERALD_FEEDBACK_MAILBOX !== undefined) imapOptions(config.HERALD_FEEDBACK_MAILBOX);
  await requireReadModelSettings(config);
  await requireLogSettings(config);
  if (!mayHaveCredentials(config)) throw accessNotConfigured();
};

/** Whether somebody can have a credential, or needs none: a log that is not there yet has no keys. */
const mayHaveCredentials = (config: Config): boolean =>
  listensOnLoopback(config.HERALD_HOST) ||
  config.HERALD_ADMIN_KEY !== undefined ||
  config.HERALD_OIDC_ISSUER !== undefined ||
  !isMissingLog(config);
