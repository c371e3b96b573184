import { EMAIL } from '../../channels/address.js';
import { CHANNELS } from '../../channels/registry.js';
import { isActive, isPresent, type PartnerUser } from '../../partner/partner-user.js';
import type { SolutionSettings } from '../../solution/solution.js';
import { ESCALATION, NOBODY as NOBODY_ID } from './sentinels.js';
import { type AudienceMember, type Condition, condition, type Recipient } from './verdict.js';

/** The user as a recipient, once for each channel that reaches them; the locale falls back to the solution's. */
export const recipientsOf = (
  userId: string,
  user: PartnerUser | undefined,
  settings: SolutionSettings | undefined,
): readonly Recipient[] =>
  CHANNELS.flatMap(({ name: channel, addressOf }) => {
    const value = addressOf(user);
    if (value === undefined) return [];
    const name = user?.fields.name?.value ?? userId;
    const locale = user?.fields.locale?.value ?? settings?.locale ?? 'en';
    return [{ userId, name, address: { channel, value }, locale }];
  });

/** The recipient of a decision that notifies nobody. */
export const NOBODY: Recipient = {
  ...{ userId: NOBODY_ID, name: 'Nobody', locale: 'en' },
  address: { channel: EMAIL, value: '' },
};

/** Who is notified when nobody at the partner can be; undefined if the solution named no contact. */
export const escalationOf = (settings: SolutionSettings | undefined): Recipient | undefined =>
  settings?.escalationEmail
    ? {
        userId: ESCALATION,
        name: settings.name,
        address: { channel: EMAIL, value: settings.escalationEmail },
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

/** The person on each channel, with their own conditions; notified if all of them hold. */
export const audienceMembers = (
  recipients: readonly Recipient[],
  conditions: readonly Condition[],
): readonly AudienceMember[] => {
  const against = conditions.find(({ holds }) => !holds);
  return recipients.map((recipient) => ({
    ...recipient,
    isNotified: against === undefined,
    ...(against ? { reason: against.withholds ?? 'no-reachable-recipient' } : {}),
    conditions,
  }));
};
