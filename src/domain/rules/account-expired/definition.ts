import {
  type Cadence,
  firstSlot,
  lastSlot,
  mondays,
  type Slot,
  slotNow,
  weeklyFrom,
} from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import { latestOf } from '../../kernel/instant.js';
import { endOf, episodeOf, type SocialAccountState } from '../../social-account/social-account.js';
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
import { hasEnded, isNotSuperseded, slotHasCome } from './conditions.js';

const ID = 'account-expired';

/** The first slot without a decision since the authorisation ended; none while it stands. */
const expiredSlot = (account: SocialAccountState, plan: Plan | undefined): Slot | undefined => {
  const end = endOf(account);
  if (!plan || !end || !account.connection || account.removed) return undefined;
  const from = latestOf(end.noticedAt, account.connectedSince, plan.since);
  const episode = episodeOf(account, ID);
  if (!episode) return slotNow(from, from, plan.zone);
  const { first, last } = episode;
  // A Monday before the solution chose Mondays was never a slot.
  return firstSlot(cadenceFrom(first, plan), plan.wall, latestOf(from, plan.cadenceSince), last);
};

/** The last slot that has come by now; `slot` itself if it is in the future or the latest. */
const latestSlot = (
  slot: Slot | undefined,
  account: SocialAccountState,
  plan: Plan | undefined,
  now: Instant,
): Slot | undefined =>
  slot && plan && slot.at <= now
    ? lastSlot(cadenceFrom(episodeOf(account, ID)?.first ?? slot.date, plan), plan.wall, slot, now)
    : slot;

const cadenceFrom = (first: string, { policies }: Plan): Cadence =>
  policies.accountExpiredCadence === 'monday' ? mondays : weeklyFrom(first);

/**
 * Account expired. First mail at once; then every 7 days, on the same weekday as the first or on Mondays, until the account is
 * re-authorised or removed.
 */
export const accountExpired: AccountNotification<typeof ID> = {
  id: ID,
  version: 2,
  subject: 'socialAccount',
  title: 'account expired',
  letter: 'E',
  telling: ['authorisation-has-ended', 'undecided-slot-has-come', 'owns-the-account', 'is-partner-admin'],
  timing: ['undecided-slot-has-come', 'is-the-latest-slot'],
  essential: { endedAt: 'an authorisation that ended at' },
  topic: (conditions) => `the authorisation of ${accountName(conditions)} has ended`,
  nextSlot: expiredSlot,
  personConditions,

  decide(facts, now) {
    const { accountId, account, partner, solution } = facts;
    const plan = planOf(partner, solution);
    const slot = expiredSlot(account, plan);
    const end = endOf(account);
    const { audience, newcomers } = responsibleFor(facts, slot);
    const conditions = [
      isConnected(facts),
      ...partnerConditions(account.connection?.value.partnerId, partner, solution),
      hasEnded(end, now),
      slotHasCome(slot, episodeOf(account, ID), now),
      isEntitled(solution.settings),
      isNotSuperseded(slot, latestSlot(slot, account, plan, now)),
      isAnybodyNotified(audience, newcomers),
    ];
    return verdictOf(
      {
        rule: ID,
        ruleVersion: accountExpired.version,
        subject: { kind: 'socialAccount', id: accountId },
        ...{
          slot,
          conditions,
          audience,
          audienceSince: audienceSince(facts),
          causes: end ? [end.cause] : [],
        },
      },
      now,
    );
  },

  content(facts) {
    const end = endOf(facts.account);
    return {
      account: {
        ...accountLine(facts),
        ...(end ? { endedAt: end.at } : {}),
        ...(end?.reason ? { reason: end.reason } : {}),
      },
    };
  },
};
