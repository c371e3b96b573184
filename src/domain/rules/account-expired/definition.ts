import type { Instant } from '../../fact.js';
import { type End, endOf, type SocialAccountState } from '../../social-account/social-account.js';
import {
  type Cadence,
  firstSlot,
  lastSlot,
  mondays,
  onWall,
  type Slot,
  slotNow,
  weeklyFrom,
} from '../../time/calendar.js';
import { latestOf } from '../../time/instant.js';
import { accountAudience, isAnybodyTold } from '../shared/account-audience.js';
import { isConnected } from '../shared/account-conditions.js';
import type { AccountFacts } from '../shared/facts.js';
import { isEntitled, type Plan, partnerConditions, planOf, wallOf } from '../shared/plan.js';
import { type Condition, condition, type Verdict, verdictOf } from '../shared/verdict.js';

// Account expired. First mail at once; then every 7 days, on the same weekday as the first or on Mondays, until the
// account is re-authorised or removed.

const RULE = 'account-expired';
const VERSION = 1;

/** The first slot without a decision since the authorisation ended; none while it stands. */
export const expiredSlot = (account: SocialAccountState, plan: Plan | undefined): Slot | undefined => {
  const end = endOf(account);
  if (!plan || !end || !account.connection || account.removed) return undefined;
  const from = latestOf(end.noticedAt, plan.since);
  if (!account.episode) return slotNow(from, from, plan.zone);
  const { first, last } = account.episode;
  // A Monday before Mondays were chosen was none of them.
  return firstSlot(cadenceFrom(first, plan), wallOf(plan), latestOf(from, plan.cadenceSince), last);
};

/** Whether a mail is due, for which slot, to whom, and why or why not. */
export const accountExpired = (facts: AccountFacts, now: Instant): Verdict => {
  const { account, partner, solution } = facts;
  const plan = planOf(partner, solution);
  const slot = expiredSlot(account, plan);
  const end = endOf(account);
  const audience = accountAudience(facts);
  const conditions = [
    isConnected(facts),
    ...partnerConditions(account.connection?.value.partnerId, partner, solution),
    hasEnded(end, now),
    slotHasCome(slot, account, now),
    isEntitled(solution.settings),
    isNotSuperseded(slot, account, plan, now),
    isAnybodyTold(audience),
  ];
  return verdictOf(
    {
      rule: RULE,
      ruleVersion: VERSION,
      subject: { kind: 'socialAccount', id: facts.accountId },
      slot,
      conditions,
      audience,
      causes: end ? [end.cause] : [],
    },
    now,
  );
};

const cadenceFrom = (first: string, { policies }: Plan): Cadence =>
  policies.accountExpiredCadence === 'monday' ? mondays : weeklyFrom(first);

const hasEnded = (end: End | undefined, now: Instant): Condition => {
  const how = end?.why === 'invalidated' ? `the network refused it: ${end.reason}` : 'its time passed';
  return condition(
    'authorisation-has-ended',
    end !== undefined && end.noticedAt <= now,
    [
      `The authorisation ended at ${end?.at}: ${how}.`,
      end
        ? `The authorisation stands until ${end.at}.`
        : 'The authorisation stands: no use of it was refused, and it is not known to expire.',
    ],
    { facts: { endedAt: end?.at, why: end?.why, reason: end?.reason, now } },
  );
};

const slotHasCome = (slot: Slot | undefined, { episode }: SocialAccountState, now: Instant): Condition => {
  const when = slot ? onWall(slot.at, slot.zone) : '';
  return condition(
    'undecided-slot-has-come',
    slot !== undefined && slot.at <= now,
    [
      episode
        ? `The weekly mail of ${when} is due and not decided yet.`
        : `The first mail is due at once, from ${when} on, and not decided yet.`,
      slot
        ? `The next mail is due at ${when}.${episode ? ` That of ${episode.last} has its decision.` : ''}`
        : 'No mail is due.',
    ],
    { facts: { slot: slot?.at, first: episode?.first, last: episode?.last, now } },
  );
};

/** Of several mails that Herald could not send in time only the last is sent; the cadence stays. */
const isNotSuperseded = (
  slot: Slot | undefined,
  { episode }: SocialAccountState,
  plan: Plan | undefined,
  now: Instant,
): Condition => {
  const last =
    slot && plan && slot.at <= now
      ? lastSlot(cadenceFrom(episode?.first ?? slot.date, plan), wallOf(plan), slot, now)
      : slot;
  return condition(
    'is-the-latest-slot',
    last?.key === slot?.key,
    [
      'No later mail is due.',
      `A later mail, that of ${last ? onWall(last.at, last.zone) : ''}, is due already and takes its place.`,
    ],
    { withholds: 'missed' },
  );
};
