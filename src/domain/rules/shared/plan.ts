import type { WallClock } from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import { type History, valueAt } from '../../kernel/in-force.js';
import { latestOf } from '../../kernel/instant.js';
import type { PartnerTerms } from '../../partner/partner.js';
import type { Policies, PolicyState, SolutionSettings, SolutionState } from '../../solution/solution.js';
import { type Condition, condition } from './verdict.js';

/** What a rule needs to know of a partner and its solution to compute slots. */
export interface Plan {
  readonly zone: string;
  readonly policies: Policies;
  /** The clock that periodic mails follow, and those that they followed before. */
  readonly wall: WallClock;
  /**
   * Since when Herald knows of the partner, of its solution, and that the solution has notifications; earlier slots were not
   * its slots.
   */
  readonly since: Instant;
  /** Since when Herald knows what users get who have not chosen. */
  readonly defaultsSince: Instant;
  /** Since when Herald knows of the cadence of "account expired". */
  readonly cadenceSince: Instant;
}

/** The plan of a partner; undefined if it is unknown, has left, or its solution is unknown. */
export const planOf = (
  { registration, timeZone, zones, left, since, solutionSince }: PartnerTerms,
  { policies, since: known, sendTimes, defaultsSince, cadenceSince, entitledSince }: PolicyState,
): Plan | undefined => {
  const wall = zones && sendTimes && wallOf(zones, sendTimes);
  if (!registration || !timeZone || left || !policies || !wall || !defaultsSince || !cadenceSince)
    return undefined;
  return {
    ...{ zone: timeZone.value, policies, wall, defaultsSince, cadenceSince },
    since: latestOf(since, solutionSince, known, entitledSince),
  };
};

/** The clock in force, before it those that were in force earlier. */
const wallOf = (zones: History<string>, times: History<string>): WallClock | undefined => {
  const moments = [...new Set([...zones, ...times].map(({ since }) => since))].sort();
  return moments.reduce<WallClock | undefined>((before, since) => {
    const [zone, time] = [valueAt(zones, since), valueAt(times, since)];
    return zone && time ? { zone, time, since, before } : before;
  }, undefined);
};

/** The conditions that every rule begins with: the partner is known and in a solution. */
export const partnerConditions = (
  partnerId: string | undefined,
  { registration, left }: PartnerTerms,
  { settings }: SolutionState,
): readonly Condition[] => [
  condition('partner-is-registered', registration !== undefined, [
    `The partner ${partnerId} is registered as ${registration?.value.name} in the solution ${registration?.value.solutionId}.`,
    `Herald does not know a partner ${partnerId ?? 'behind it'}.`,
  ]),
  condition('partner-has-not-left', left === undefined, [
    'The partner has not left its solution.',
    `The partner left its solution at ${left?.at}.`,
  ]),
  condition('solution-is-configured', settings !== undefined, [
    `The solution is configured as ${settings?.name}.`,
    `Herald does not know the solution ${registration?.value.solutionId ?? 'of this partner'}.`,
  ]),
];

/** Whether the solution has notifications; without them decisions are withheld. */
export const isEntitled = (settings: SolutionSettings | undefined): Condition =>
  condition(
    'solution-is-entitled',
    settings?.entitled === true,
    [
      `The solution ${settings?.name} has e-mail notifications.`,
      settings
        ? `The solution ${settings.name} does not have e-mail notifications.`
        : 'It is not known whether the solution has e-mail notifications.',
    ],
    { withholds: 'not-entitled' },
  );
