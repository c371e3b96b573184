import { onWall, type Slot } from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import { withoutStop } from '../../kernel/text.js';
import type { End, Episode } from '../../social-account/social-account.js';
import { type Condition, condition } from '../shared/verdict.js';

export const hasEnded = (end: End | undefined, now: Instant): Condition => {
  const how =
    end?.why === 'invalidated'
      ? `the network refused it: ${withoutStop(end.reason ?? '')}`
      : 'its time passed';
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

export const slotHasCome = (
  slot: Slot | undefined,
  episode: Episode | undefined,
  now: Instant,
): Condition => {
  const when = slot ? onWall(slot.at, slot.zone) : '';
  return condition(
    'undecided-slot-has-come',
    slot !== undefined && slot.at <= now,
    [
      episode
        ? `The weekly mail of ${when} is due, and had no decision before.`
        : `The first mail is due at once, from ${when} on, and had no decision before.`,
      slot
        ? `The next mail is due at ${when}.${episode ? ` That of ${episode.last} has its decision.` : ''}`
        : 'No mail is due.',
    ],
    { facts: { slot: slot?.at, first: episode?.first, last: episode?.last, now } },
  );
};

/** Of several mails that could not be sent in time, only the last is sent; the cadence stays. */
export const isNotSuperseded = (slot: Slot | undefined, latest: Slot | undefined): Condition =>
  condition(
    'is-the-latest-slot',
    latest?.key === slot?.key,
    [
      'No later mail is due.',
      `A later mail, that of ${latest ? onWall(latest.at, latest.zone) : ''}, is due already and takes its place.`,
    ],
    { withholds: 'missed' },
  );
