import { accountExpired } from './account-expired/definition.js';
import { contentNeedsApproval } from './content-needs-approval/definition.js';
import { noSocialMediaContent } from './no-social-media-content/definition.js';
import { settingsUpdateRequired } from './settings-update-required/definition.js';
import type { NotificationDefinition } from './shared/definition.js';

const REGISTERED = [
  contentNeedsApproval,
  noSocialMediaContent,
  settingsUpdateRequired,
  accountExpired,
] as const satisfies readonly NotificationDefinition[];

/** The ids of the registered notifications, for what has to be complete when it compiles. */
export type RegisteredId = (typeof REGISTERED)[number]['id'];

/** The notifications there are. Of several that are due about one subject, the first here is decided first. */
export const NOTIFICATIONS: readonly NotificationDefinition[] = REGISTERED;
