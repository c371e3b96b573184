/** The four notifications, by the ids they have in code, API and files. */
export const RULES = [
  'content-needs-approval',
  'no-social-media-content',
  'settings-update-required',
  'account-expired',
] as const;

export type RuleId = (typeof RULES)[number];
