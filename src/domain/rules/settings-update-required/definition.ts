import type { Instant } from '../../fact.js';
import { type SocialAccountState, WINDOW_DAYS, windowStart } from '../../social-account/social-account.js';
import { firstSlot, mondays, onWall, type Slot } from '../../time/calendar.js';
import { DAY, HOUR, latestOf, plus, toMillis } from '../../time/instant.js';
import { accountAudience, isAnybodyTold } from '../shared/account-audience.js';
import { isConnected } from '../shared/account-conditions.js';
import type { AccountFacts } from '../shared/facts.js';
import { isEntitled, type Plan, partnerConditions, planOf, wallOf } from '../shared/plan.js';
import { type Condition, condition, latenessOf, type Verdict, verdictOf } from '../shared/verdict.js';

// Settings update required. Every Monday in the partner's zone while the authorisation expires in less than 20 days
// and has not yet expired.

const RULE = 'settings-update-required';
const VERSION = 1;

/** A reminder later than this is recorded as missed. */
const LATEST = 48 * HOUR;

/** The first Monday without a decision on which a reminder is due; none if there is no such Monday. */
export const reminderSlot = (
  { connection, removed, expiry, invalidated, reminded }: SocialAccountState,
  plan: Plan | undefined,
  days = WINDOW_DAYS,
): Slot | undefined => {
  if (!plan || !connection || removed || invalidated || !expiry?.expiresAt) return undefined;
  // "Less than 20 days" begins one millisecond later; a date learned late has no earlier Mondays.
  const from = latestOf(plus(windowStart(expiry.expiresAt, days), 1), expiry.learnedAt, plan.since);
  const slot = firstSlot(mondays, wallOf(plan), from, reminded);
  return slot.at < expiry.expiresAt ? slot : undefined;
};

/** Whether a reminder is due, for which Monday, to whom, and why or why not. */
export const settingsUpdateRequired = (facts: AccountFacts, now: Instant, days = WINDOW_DAYS): Verdict => {
  const { account, partner, solution } = facts;
  const plan = planOf(partner, solution);
  const slot = reminderSlot(account, plan, days);
  const lateBy = latenessOf(slot, now);
  const audience = accountAudience(facts);
  const conditions = [
    isConnected(facts),
    ...partnerConditions(account.connection?.value.partnerId, partner, solution),
    ...expiryConditions(account, slot, now, days),
    mondayHasCome(slot, account, now),
    isEntitled(solution.settings),
    isInTime(slot, account, lateBy, now),
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
      causes: account.expiry ? [account.expiry.cause] : [],
    },
    now,
  );
};

const expiryConditions = (
  { expiry, invalidated }: SocialAccountState,
  slot: Slot | undefined,
  now: Instant,
  window: number,
): readonly Condition[] => {
  const expiresAt = expiry?.expiresAt;
  const days = expiresAt ? (toMillis(expiresAt) - toMillis(now)) / DAY : undefined;
  const left = days === undefined ? '' : (Math.floor(days * 10) / 10).toFixed(1);
  const facts = { authorisationExpiresAt: expiresAt, days: window, now };
  const isOver = days !== undefined && days <= 0;
  return [
    condition('expiry-is-known', expiresAt !== undefined, [
      `The authorisation expires at ${expiresAt}.`,
      'It is not known when the authorisation expires.',
    ]),
    condition(
      'expires-in-less-than-20-days',
      days !== undefined && days < window,
      [
        isOver
          ? `The ${window} days before the expiry have begun.`
          : `It expires in ${left} days, less than ${window}.`,
        days === undefined
          ? `It is not known to expire in less than ${window} days.`
          : `It expires in ${left} days, not in less than ${window}.`,
      ],
      { facts },
    ),
    condition('authorisation-is-not-refused', invalidated === undefined, [
      'No use of the authorisation was refused since it was granted.',
      `The network refused it at ${invalidated?.at}: ${invalidated?.reason}`,
    ]),
    condition(
      'has-not-expired',
      expiresAt === undefined || now < expiresAt,
      ['It has not expired yet.', `It expired at ${expiresAt}.`],
      // Between its Monday and now it expired: there was an occasion, and it passed.
      slot && slot.at <= now ? { withholds: 'missed' } : {},
    ),
  ];
};

const mondayHasCome = (slot: Slot | undefined, { reminded }: SocialAccountState, now: Instant): Condition =>
  condition(
    'undecided-monday-has-come',
    slot !== undefined && slot.at <= now,
    [
      `Monday, ${slot ? onWall(slot.at, slot.zone) : ''}, has come and is not decided yet.`,
      slot
        ? `The next Monday is ${onWall(slot.at, slot.zone)}.${reminded ? ` That of ${reminded} has its decision.` : ''}`
        : `No further Monday lies in the 20 days before it expires.${reminded ? ` That of ${reminded} has its decision.` : ''}`,
    ],
    { facts: { slot: slot?.at, reminded, now } },
  );

const isInTime = (
  slot: Slot | undefined,
  { expiry }: SocialAccountState,
  lateBy: number,
  now: Instant,
): Condition => {
  const hours = Math.floor(lateBy / HOUR);
  return condition(
    'is-in-time',
    lateBy <= LATEST && !(slot && expiry?.expiresAt && slot.at <= now && now >= expiry.expiresAt),
    [
      lateBy === 0 ? 'It is on time.' : `It is ${hours} hours late, at most ${LATEST / HOUR} are allowed.`,
      lateBy > LATEST
        ? `It is ${hours} hours late, more than the ${LATEST / HOUR} that are allowed.`
        : 'The authorisation has expired since its Monday.',
    ],
    { withholds: 'missed', facts: { lateByMs: lateBy } },
  );
};
