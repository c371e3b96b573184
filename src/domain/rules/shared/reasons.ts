/** Why somebody was not notified although there was an occasion. */
export const WITHHELD_REASONS = [
  'not-entitled',
  'opted-out',
  'no-reachable-recipient',
  'missed',
  'rate-limited',
  'undeliverable-address',
] as const;

export type WithheldReason = (typeof WITHHELD_REASONS)[number];
