import { firstSlot, mondays, type Slot } from '../../calendar/calendar.js';
import { latestOf, plus } from '../../kernel/instant.js';
import {
  decidedOf,
  type SocialAccountState,
  WINDOW_DAYS,
  windowStart,
} from '../../social-account/social-account.js';
import {
  audienceSince,
  isAnybodyNotified,
  personConditions,
  responsibleFor,
} from '../shared/account-audience.js';
import { isConnected } from '../shared/account-conditions.js';
import { accountLine, accountName } from '../shared/account-content.js';
import type { AccountNotification } from '../shared/definition.js';
import { isEntitled, type Plan, partnerConditions, planOf } from '../shared/plan.js';
import { verdictOf } from '../shared/verdict.js';
import { expiryConditions, isInTime, mondayHasCome } from './conditions.js';

const ID = 'settings-update-required';

/** The first Monday without a decision on which a reminder is due; undefined if there is none. */
const reminderSlot = (
  account: SocialAccountState,
  plan: Plan | undefined,
  days = WINDOW_DAYS,
): Slot | undefined => {
  const { connection, removed, expiry, invalidated, connectedSince, regrantedSince } = account;
  if (!plan || !connection || removed || invalidated || !expiry?.expiresAt) return undefined;
  // "Less than 20 days" begins one millisecond later.
  const opensAt = plus(windowStart(expiry.expiresAt, days), 1);
  // Whatever is learned late has no earlier Mondays.
  const from = latestOf(opensAt, expiry.learnedAt, connectedSince, regrantedSince, plan.since);
  const slot = firstSlot(mondays, plan.wall, from, decidedOf(account, ID)?.date);
  return slot.at < expiry.expiresAt ? slot : undefined;
};

/**
 * Settings update required. Every Monday in the partner's zone while the authorisation expires in less than 20 days and has not
 * yet expired.
 */
export const settingsUpdateRequired: AccountNotification<typeof ID> = {
  id: ID,
  version: 2,
  subject: 'socialAccount',
  title: 'settings update required',
  letter: 'S',
  telling: [
    'expires-in-less-than-20-days',
    'undecided-monday-has-come',
    'owns-the-account',
    'is-partner-admin',
  ],
  timing: ['undecided-monday-has-come', 'is-in-time'],
  essential: { authorisationExpiresAt: 'an authorisation that expires at' },
  topic: (conditions) => `${accountName(conditions)} must be authorised again soon`,
  nextSlot: reminderSlot,
  personConditions,

  decide(facts, now, days = WINDOW_DAYS) {
    const { accountId, account, partner, solution } = facts;
    const slot = reminderSlot(account, planOf(partner, solution), days);
    const { audience, newcomers } = responsibleFor(facts, slot);
    const conditions = [
      isConnected(facts),
      ...partnerConditions(account.connection?.value.partnerId, partner, solution),
      ...expiryConditions(account, slot, now, days),
      mondayHasCome(slot, decidedOf(account, ID)?.date, now),
      isEntitled(solution.settings),
      isInTime(slot, account, now),
      isAnybodyNotified(audience, newcomers),
    ];
    return verdictOf(
      {
        rule: ID,
        ruleVersion: settingsUpdateRequired.version,
        subject: { kind: 'socialAccount', id: accountId },
        ...{
          slot,
          conditions,
          audience,
          audienceSince: audienceSince(facts),
          causes: account.expiry ? [account.expiry.cause] : [],
        },
      },
      now,
    );
  },

  content: (facts) => ({ account: accountLine(facts) }),
};
