import type { WallClock } from '../../calendar/calendar.js';
import type { Instant } from '../../kernel/event.js';
import type { PartnerTerms } from '../../partner/partner.js';
import type { Policies, PolicyState, SolutionSettings, SolutionState } from '../../solution/solution.js';
import { type Condition, condition } from './verdict.js';

/** What a rule needs to know of a partner and its solution to compute slots. */
export interface Plan {
  readonly zone: string;
  readonly policies: Policies;
  /** Since when Herald knows of the partner; earlier slots were not its slots. */
  readonly since: Instant;
  /** Since when Herald knows of these policies. */
  readonly policiesSince: Instant;
  /** Since when Herald knows of the cadence of "account expired". */
  readonly cadenceSince: Instant;
}

/** The plan of a partner; undefined if it is unknown, has left, or its solution is unknown. */
export const planOf = (
  { registration, timeZone, left, since }: PartnerTerms,
  { policies, policiesSince, cadenceSince }: PolicyState,
): Plan | undefined =>
  registration && timeZone && since && !left && policies && policiesSince && cadenceSince
    ? { zone: timeZone.value, since, policies, policiesSince, cadenceSince }
    : undefined;

/** The wall clock that periodic mails of a partner follow. */
export const wallOf = ({ zone, policies }: Plan): WallClock => ({ zone, time: policies.sendAt });

/** The conditions that every rule begins with: the partner is known and in a solution. */
export const partnerConditions = (
  partnerId: string | undefined,
  { registration, left }: PartnerTerms,
  { settings }: SolutionState,
): readonly Condition[] => [
  condition('partner-is-registered', registration !== undefined, [
    `The partner ${partnerId} is registered as ${registration?.value.name} in the solution ${registration?.value.solutionId}.`,
    `Herald was not told of a partner ${partnerId ?? 'behind it'}.`,
  ]),
  condition('partner-has-not-left', left === undefined, [
    'The partner has not left its solution.',
    `The partner left its solution at ${left?.at}.`,
  ]),
  condition('solution-is-configured', settings !== undefined, [
    `The solution is configured as ${settings?.name}.`,
    `Herald was not told of the solution ${registration?.value.solutionId ?? 'of this partner'}.`,
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
