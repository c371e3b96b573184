import type { AgendaItem, AgendaPage } from '../../../application/audit/get-agenda.js';
import type { TestClockStatus } from '../../../application/schedule/get-test-clock.js';
import { MAX_TEST_CLOCK_STEP_MS } from '../../../domain/bounds.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { DAY, HOUR, plus } from '../../../domain/kernel/instant.js';
import { at } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';

interface ComingRow extends Pick<AgendaItem, 'at' | 'what' | 'rule' | 'partnerId' | 'userId' | 'accountId'> {
  readonly zone: string | undefined;
  readonly partnerHref: string | undefined;
  readonly personHref: string | undefined;
  readonly accountHref: string | undefined;
  readonly notificationHref: string | undefined;
}

/** What the view `test-clock` shows. */
export interface TestClockPage extends PageModel {
  readonly now: Instant;
  readonly movingTo: Instant | undefined;
  readonly canManage: boolean;
  /** How far a button moves the clock, and where it would be then. */
  readonly steps: readonly { readonly label: string; readonly to: Instant }[];
  /** What the field for a moment holds and takes: date and time, in UTC. */
  readonly field: string;
  readonly earliestField: string;
  readonly latestField: string;
  /** What would happen next; undefined where it was not looked up. */
  readonly coming:
    | { readonly days: number; readonly rows: readonly ComingRow[]; readonly more: boolean }
    | undefined;
}

const STEPS = [
  ['+ 1 hour', HOUR],
  ['+ 1 day', DAY],
  ['+ 1 week', 7 * DAY],
] as const;

const MINUTE = 60_000;

/** As far as a field for date and time goes: minutes. */
const fieldOf = (instant: Instant): string => instant.slice(0, 'YYYY-MM-DDThh:mm'.length);

/** The page of the test clock. @param days how far `agenda` looks ahead. */
export const testClockPage = (
  { now, movingTo }: TestClockStatus,
  canManage: boolean,
  days: number,
  agenda?: AgendaPage,
): TestClockPage => ({
  title: 'Test clock',
  ...{ now, movingTo, canManage },
  steps: STEPS.map(([label, step]) => ({ label, to: plus(now, step) })),
  field: fieldOf(plus(now, DAY)),
  earliestField: fieldOf(plus(now, MINUTE)),
  latestField: fieldOf(plus(now, MAX_TEST_CLOCK_STEP_MS)),
  coming: agenda && {
    days,
    rows: agenda.items.map(comingRow),
    more: agenda.next !== null || agenda.leftOut !== undefined,
  },
});

const comingRow = (item: AgendaItem): ComingRow => {
  const { at: moment, what, rule, partnerId, userId, accountId, notificationId, local } = item;
  const to = (page: string, id: string | undefined) => (id === undefined ? undefined : at(page, id));
  return {
    ...{ at: moment, what, rule, partnerId, userId, accountId },
    zone: local?.zone,
    partnerHref: to('partners', partnerId),
    personHref: to('people', userId),
    accountHref: to('accounts', accountId),
    notificationHref: to('notifications', notificationId),
  };
};
