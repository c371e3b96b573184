/** What a principal is for: it publishes events, reads what was decided and sent, or operates an instance. */
export const ROLES = ['publisher', 'auditor', 'admin'] as const;

export type Role = (typeof ROLES)[number];
