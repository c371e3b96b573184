import type { Phase } from './phase.js';

const UNDELIVERED: readonly Phase[] = ['rejected', 'given-up', 'bounced', 'abandoned'];

/**
 * Whether a notification ended without reaching its recipient: the server refused it, Herald gave it up, it came back, or a person
 * abandoned it. One that is in doubt, or was superseded, did not end so.
 */
export const undelivered = ({ phase }: { readonly phase: Phase }): boolean => UNDELIVERED.includes(phase);
