import type { Recipient } from './verdict.js';

// Sentinels stand for a partner user. No identifier of the platform begins with `*`.

/** The recipient of a decision that notifies nobody. */
export const NOBODY = '*nobody';

/** The solution's escalation contact. */
export const ESCALATION = '*escalation';

/** Whether this is the id of a person and not a sentinel. */
export const isPerson = (userId: string): boolean => !userId.startsWith('*');

/** The recipient of a recorded decision. Logs older than the ids above have `nobody` and `escalation` instead. */
export const recipientOnRecord = <R extends Recipient>(recipient: R, escalation: boolean): R => {
  if (escalation) return { ...recipient, userId: ESCALATION };
  // A user who is notified, or withheld from, always has an address unless they are unknown; an unknown user's id is their
  // name.
  const isNobody =
    recipient.userId === 'nobody' && recipient.name === 'Nobody' && recipient.address.value === '';
  return isNobody ? { ...recipient, userId: NOBODY } : recipient;
};

const NAMES_IN_IDS: Readonly<Record<string, string>> = {
  [NOBODY]: 'nobody',
  [ESCALATION]: 'escalation',
  nobody: 'user/nobody',
  escalation: 'user/escalation',
};

/**
 * What stands for a recipient in the id of a notification. `*nobody` and `*escalation` keep their old names here, so that past
 * decisions stay recognised; a user with such a name gets another. `/` is in no identifier.
 */
export const nameInIds = (userId: string): string =>
  Object.hasOwn(NAMES_IN_IDS, userId) ? (NAMES_IN_IDS[userId] as string) : userId;
