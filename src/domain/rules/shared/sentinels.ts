import type { Recipient } from './verdict.js';

// Who stands in the place of a partner user. No identifier of the platform begins with `*`.

/** The recipient of a decision that notifies nobody. */
export const NOBODY = '*nobody';

/** The solution's escalation contact. */
export const ESCALATION = '*escalation';

/** Whether this is the id of a person, and not of who stands in their place. */
export const isPerson = (userId: string): boolean => !userId.startsWith('*');

/** The recipient of a decision. Logs that are older than the ids above have `nobody` and `escalation` in their place. */
export const recipientOnRecord = <R extends Recipient>(recipient: R, escalation: boolean): R => {
  if (escalation) return { ...recipient, userId: ESCALATION };
  // A user always has an address when they are notified, or withheld from, unless they are unknown: then their id is their name.
  const isNobody = recipient.userId === 'nobody' && recipient.name === 'Nobody' && recipient.email === '';
  return isNobody ? { ...recipient, userId: NOBODY } : recipient;
};

const NAMES_IN_IDS: Readonly<Record<string, string>> = {
  [NOBODY]: 'nobody',
  [ESCALATION]: 'escalation',
  nobody: 'user/nobody',
  escalation: 'user/escalation',
};

/**
 * What stands for a recipient in the id of a notification. Of `*nobody` and `*escalation` it is what it was before they
 * had these names, so that what has its decision has it still; a user of that name has another. `/` is in no identifier.
 */
export const nameInIds = (userId: string): string =>
  Object.hasOwn(NAMES_IN_IDS, userId) ? (NAMES_IN_IDS[userId] as string) : userId;
