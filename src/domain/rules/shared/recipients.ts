import { isActive, isPresent, type PartnerUser } from '../../partner/partner-user.js';
import type { SolutionSettings } from '../../solution/solution.js';
import { ESCALATION, NOBODY as NOBODY_ID } from './sentinels.js';
import { type AudienceMember, type Condition, condition, type Recipient } from './verdict.js';

/** The user as a recipient; the locale falls back to the solution's. */
export const recipientOf = (
  userId: string,
  user: PartnerUser | undefined,
  settings: SolutionSettings | undefined,
): Recipient => ({
  userId,
  name: user?.fields.name?.value ?? userId,
  email: user?.fields.email?.value ?? '',
  locale: user?.fields.locale?.value ?? settings?.locale ?? 'en',
});

/** The recipient of a decision that notifies nobody. */
export const NOBODY: Recipient = { userId: NOBODY_ID, name: 'Nobody', email: '', locale: 'en' };

/** Who is notified when nobody at the partner can be; undefined if the solution named no contact. */
export const escalationOf = (settings: SolutionSettings | undefined): Recipient | undefined =>
  settings?.escalationEmail
    ? {
        userId: ESCALATION,
        name: settings.name,
        email: settings.escalationEmail,
        locale: settings.locale,
      }
    : undefined;

/** The person may be written to: added, not removed, active. */
export const isReachable = (userId: string, user: PartnerUser | undefined): Condition => {
  const name = user?.fields.name?.value ?? userId;
  const why = !user?.added
    ? `Herald was not told of a user ${userId} of this partner.`
    : !isPresent(user)
      ? `${name} was removed at ${user.removed?.at}.`
      : `${name} is not active.`;
  return condition('person-is-active', user !== undefined && isActive(user), [`${name} is active.`, why]);
};

/** The person with their own conditions; notified if all of them hold. */
export const audienceMember = (recipient: Recipient, conditions: readonly Condition[]): AudienceMember => {
  const against = conditions.find(({ holds }) => !holds);
  return {
    ...recipient,
    isNotified: against === undefined,
    ...(against ? { reason: against.withholds ?? 'no-reachable-recipient' } : {}),
    conditions,
  };
};
