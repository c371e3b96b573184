import { EMAIL } from '../../channels/address.js';
import { CHANNELS } from '../../channels/registry.js';
import type { Instant } from '../../kernel/event.js';
import { latestOf } from '../../kernel/instant.js';
import {
  addressProblemOf,
  isActive,
  isPresent,
  type PartnerUser,
  type UndeliverableReason,
} from '../../partner/partner-user.js';
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
    ? `Herald does not know a user ${userId} of this partner.`
    : !isPresent(user)
      ? `${name} was removed at ${user.removed?.at}.`
      : `${name} is not active.`;
  return condition('person-is-active', user !== undefined && isActive(user), [`${name} is active.`, why]);
};

const AGAINST: Readonly<Record<UndeliverableReason, string>> = {
  rejected: 'the mail server refused the address',
  bounced: 'a mail to it came back',
  complained: 'a mail to it was reported as spam',
};

/**
 * That nothing is known against writing to their address. Stated only where it does not hold: then decisions are withheld until
 * the platform gives another address.
 */
export const undeliverable = (userId: string, user: PartnerUser | undefined): readonly Condition[] => {
  const against = knownAgainst(user);
  if (!user || !against) return [];
  const { because, ...facts } = against;
  const says = `Nothing is sent to ${facts.address} of ${user.fields.name?.value ?? userId}, because ${because}; this ends when the platform gives another address.`;
  return [{ name: 'address-is-deliverable', holds: false, says, withholds: 'undeliverable-address', facts }];
};

const knownAgainst = (user: PartnerUser | undefined) => {
  if (user?.undeliverable) {
    const { reason, since } = user.undeliverable;
    return { ...user.undeliverable, because: `${AGAINST[reason]} (known since ${since})` };
  }
  const address = user?.fields.email?.value;
  const problem = user && addressProblemOf(user);
  return problem
    ? { address, reason: 'invalid', because: `no mail can have this address: ${problem}` }
    : undefined;
};

/** Those of a reader's conditions that are about the person. */
export const personalOf = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.filter(
    ({ withholds }) => withholds === 'no-reachable-recipient' || withholds === 'undeliverable-address',
  );

/** Since when Herald knows that somebody is active, and that their address can be written to. */
export const reachableSince = (user: PartnerUser | undefined): Instant =>
  latestOf(user?.activeSince, user?.deliverableSince);

/**
 * The person on each channel, with their own conditions; notified if all of them hold.
 * @param since since when it concerns them; undefined: since before the slot.
 */
export const audienceMembers = (
  recipients: readonly Recipient[],
  conditions: readonly Condition[],
  since: Instant | undefined,
): readonly AudienceMember[] => {
  const against = conditions.find(({ holds }) => !holds);
  return recipients.map((recipient) => ({
    ...recipient,
    isNotified: against === undefined,
    ...(against ? { reason: against.withholds ?? 'no-reachable-recipient' } : {}),
    conditions,
    ...(since ? { since } : {}),
  }));
};
