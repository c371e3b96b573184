import type { AgendaPage } from '../../../application/audit/get-agenda.js';
import type { Summary } from '../../../application/audit/history/get-summary.js';
import type { ShortfallReport } from '../../../application/coverage/get-shortfall.js';
import type { WorkersStatus } from '../../../application/operations/get-workers.js';
import { percentOf } from '../../../application/read-models/rebuild/describe-progress.js';
import { ANONYMOUS, type Principal } from '../../../domain/access/principal.js';
import { type AgendaDay, agendaDays } from '../agenda/agenda-page.js';
import { at } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { counted } from '../kit/words.js';
import { type Attention, attentionOf, type Doubted, type OperationsState } from './attention.js';
import { type DailyChart, dailyChart } from './daily-chart.js';

/** How far what is shown is behind what is recorded. */
interface Freshness {
  readonly says: string;
  readonly isBehind: boolean;
  readonly href: string;
}

/** What the view `overview` shows. */
export interface OverviewPage extends PageModel {
  /** For those who see Herald for the first time. */
  readonly introduction: { readonly isEmpty: boolean } | undefined;
  readonly attention: readonly Attention[];
  /** Whether what concerns the whole installation is part of it. */
  readonly seesOperations: boolean;
  /** Undefined while there are no decisions. */
  readonly chart: DailyChart | undefined;
  readonly comingUp: readonly AgendaDay[];
  readonly freshness: Freshness | undefined;
  readonly parked: number | undefined;
}

/** How many days the chart has. */
export const CHART_DAYS = 30;

/** How many rows of the agenda are shown. */
export const COMING_UP = 6;

/** What the overview is made of. */
export interface OverviewParts {
  readonly summary: Summary;
  readonly doubted: Doubted;
  readonly shortfall: ShortfallReport;
  readonly agenda: AgendaPage;
  /** Undefined for those who may not see it. */
  readonly operations: OperationsState | undefined;
}

/** What needs a person, what was done, and what comes next. */
export const overviewPage = (
  principal: Principal,
  { summary, doubted, shortfall, agenda, operations }: OverviewParts,
): OverviewPage => {
  const isEmpty = summary.totals.decisions === 0 && agenda.items.length === 0;
  return {
    title: 'Overview',
    introduction: isEmpty || principal.id === ANONYMOUS.id ? { isEmpty } : undefined,
    attention: attentionOf(doubted, shortfall, operations),
    seesOperations: operations !== undefined,
    chart:
      summary.totals.decisions === 0
        ? undefined
        : dailyChart(summary.from.slice(0, 10), CHART_DAYS, summary.rows),
    comingUp: agendaDays(agenda.items.slice(0, COMING_UP)),
    freshness: operations && freshnessOf(operations.workers),
    parked: summary.incomplete?.parked,
  };
};

const freshnessOf = ({ readModels }: WorkersStatus): Freshness => {
  const link = { href: at('projections') };
  const isRebuilt = readModels.filter(({ share }) => share === undefined).map(({ projection }) => projection);
  const late = readModels.flatMap(({ projection, behind, share = 1 }) =>
    share < 1
      ? [
          `${projection} ${behind === undefined ? `at ${percentOf(share)} %` : `by ${counted(behind, 'event')}`}`,
        ]
      : [],
  );
  if (isRebuilt.length > 0)
    return {
      ...link,
      isBehind: true,
      says: `Still of an older version, until rebuilt: ${isRebuilt.join(', ')}.`,
    };
  if (late.length > 0) return { ...link, isBehind: true, says: `Behind the record: ${late.join(', ')}.` };
  return { ...link, isBehind: false, says: 'Everything on record is shown.' };
};
