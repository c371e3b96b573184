import { type CivilDate, onWall, type Slot } from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import { DAY, HOUR, toMillis } from '../../kernel/instant.js';
import { withoutStop } from '../../kernel/text.js';
import type { SocialAccountState } from '../../social-account/social-account.js';
import { type Condition, condition, latenessOf } from '../shared/verdict.js';

/** A reminder later than this is recorded as missed. */
const LATEST = 48 * HOUR;

export const expiryConditions = (
  { expiry, invalidated }: SocialAccountState,
  slot: Slot | undefined,
  now: Instant,
  window: number,
): readonly Condition[] => {
  const expiresAt = expiry?.expiresAt;
  const days = expiresAt ? (toMillis(expiresAt) - toMillis(now)) / DAY : undefined;
  const left = days === undefined ? '' : String(Math.floor(days * 10) / 10);
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
      `The network refused it at ${invalidated?.at}: ${withoutStop(invalidated?.reason ?? '')}.`,
    ]),
    condition(
      'has-not-expired',
      expiresAt === undefined || now < expiresAt,
      ['It has not expired yet.', `It expired at ${expiresAt}.`],
      // It expired between its Monday and now: there was an occasion, and it passed.
      slot && slot.at <= now ? { withholds: 'missed' } : {},
    ),
  ];
};

export const mondayHasCome = (
  slot: Slot | undefined,
  reminded: CivilDate | undefined,
  now: Instant,
): Condition =>
  condition(
    'undecided-monday-has-come',
    slot !== undefined && slot.at <= now,
    [
      `Monday, ${slot ? onWall(slot.at, slot.zone) : ''}, has come, and had no decision before.`,
      slot
        ? `The next Monday is ${onWall(slot.at, slot.zone)}.${reminded ? ` That of ${reminded} has its decision.` : ''}`
        : `No further Monday lies in the 20 days before it expires.${reminded ? ` That of ${reminded} has its decision.` : ''}`,
    ],
    { facts: { slot: slot?.at, reminded, now } },
  );

export const isInTime = (slot: Slot | undefined, { expiry }: SocialAccountState, now: Instant): Condition => {
  const lateBy = latenessOf(slot, now);
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
