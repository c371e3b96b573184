import type { Decision } from './decision.js';

/**
 * What a mail is about whose slot is the moment at which Herald learned of it. A restored log learns the same events anew, at another
 * moment: then the slot and the id of the notification are others, and this is the same. Undefined where the id stays: for slots of a
 * rhythm, and for the answers to a Send Now.
 */
export const occasionOf = (decision: Decision): string | undefined => {
  const { rule, subject, recipient, slot, causes, undelivered } = decision;
  // The causes of a mail about an undelivered one are not reported by the platform.
  if (slot.key !== slot.at || undelivered) return undefined;
  const { userId, address } = recipient;
  return JSON.stringify([
    ...[rule, subject.kind, subject.id, userId, address.channel],
    ...causes.map(({ eventId }) => eventId),
  ]);
};
