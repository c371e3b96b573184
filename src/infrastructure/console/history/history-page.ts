import type { ListedPage } from '../../../application/audit/registry/list-documents.js';
import { type HistoryEntry, OUTCOMES } from '../../../application/read-models/history/history.js';
import { CHANNELS } from '../../../domain/channels/registry.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { RULE_IDS } from '../../../domain/rules/notifications.js';
import { WITHHELD_REASONS } from '../../../domain/rules/shared/reasons.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { optionsOf } from '../kit/words.js';
import type { HistoryPageQuery } from './history-filters.js';
import { type SavedView, savedViews } from './saved-views.js';

/** A notification as a row of a list. */
export interface HistoryRow
  extends Pick<
    HistoryEntry,
    'decidedAt' | 'recipientName' | 'recipientAddress' | 'rule' | 'outcome' | 'reason' | 'partnerId'
  > {
  readonly href: string;
  /** The subject line, or the rule for what has none. */
  readonly subject: string | undefined;
  readonly partnerHref: string;
}

type Options = ReturnType<typeof optionsOf>;

/** A date of a filter: a day, or a moment that a link gave. */
interface DateField {
  readonly value: string | undefined;
  readonly type: 'date' | 'text';
}

/** What the view `history` shows. */
export interface HistoryPage extends PageModel {
  readonly filters: HistoryPageQuery;
  /** How many filters are set. */
  readonly set: number;
  /** Whether one of those is set that are shown on demand. */
  readonly hasMore: boolean;
  readonly views: readonly SavedView[];
  readonly rules: Options;
  readonly outcomes: Options;
  readonly reasons: Options;
  readonly decisions: Options;
  readonly channels: Options;
  readonly orders: Options;
  readonly from: DateField;
  readonly to: DateField;
  readonly slotFrom: DateField;
  readonly slotTo: DateField;
  readonly order: string;
  readonly rows: readonly HistoryRow[];
  readonly counts: string;
  readonly csv: string;
  readonly ndjson: string;
  readonly next: string | undefined;
  readonly first: string | undefined;
}

const PATH = at('history');

export const historyRow = (entry: HistoryEntry): HistoryRow => ({
  ...entry,
  href: at('notifications', entry.notificationId),
  subject: entry.subjectLine,
  partnerHref: at('partners', entry.partnerId),
});

/** The page of a list of notifications. */
export const historyPage = (
  filters: HistoryPageQuery,
  { documents, next }: ListedPage<HistoryEntry>,
  now: Instant,
): HistoryPage => {
  const { after, limit: _, order, ...given } = filters;
  const kept = { ...given, order: order === 'newest' ? undefined : order };
  const { solution, decision, channel, slotFrom, slotTo } = given;
  return {
    title: 'History',
    filters,
    set: Object.values(given).filter((value) => value !== undefined).length,
    hasMore: [solution, decision, channel, slotFrom, slotTo, kept.order].some((value) => value !== undefined),
    views: savedViews(kept, now),
    rules: optionsOf(RULE_IDS, filters.rule),
    outcomes: optionsOf(OUTCOMES, filters.outcome),
    reasons: optionsOf(WITHHELD_REASONS, filters.reason),
    decisions: optionsOf(['raised', 'withheld'], decision),
    channels: optionsOf(
      CHANNELS.map(({ name }) => name),
      channel,
    ),
    orders: optionsOf(['oldest'], order),
    ...{ from: dateField(filters.from), to: dateField(filters.to) },
    ...{ slotFrom: dateField(slotFrom), slotTo: dateField(slotTo) },
    order,
    rows: documents.map(historyRow),
    counts: href(`${PATH}/counts`, given),
    csv: href(`${PATH}/export`, { ...kept, format: 'csv' }),
    ndjson: href(`${PATH}/export`, { ...kept, format: 'ndjson' }),
    next: next === undefined ? undefined : href(PATH, { ...kept, after: next }),
    first: after === undefined ? undefined : href(PATH, kept),
  };
};

const dateField = (value: string | undefined): DateField => ({
  value,
  type: value === undefined || value.length === 10 ? 'date' : 'text',
});
