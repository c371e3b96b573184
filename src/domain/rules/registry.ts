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

/** The ids of the registered notifications; types keyed by it must be complete to compile. */
export type RegisteredId = (typeof REGISTERED)[number]['id'];

/** All notifications. If several are due about one subject, they are decided in this order. */
export const NOTIFICATIONS: readonly NotificationDefinition[] = REGISTERED;
