import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { ChangedKind } from '../../../application/audit/changes/changed-kinds.js';
import { GetChanges } from '../../../application/audit/changes/get-changes.js';
import { type AgendaItem, GetAgenda } from '../../../application/audit/get-agenda.js';
import type { HistoryFilter } from '../../../application/audit/history/history-filter.js';
import { SearchHistory } from '../../../application/audit/history/search-history.js';
import type { Scope } from '../../../domain/access/scope.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { type AgendaDay, agendaDays } from '../agenda/agenda-page.js';
import { type HistoryRow, historyRow } from '../history/history-page.js';
import { at, href } from '../kit/href.js';
import { type ChangeRow, changeRows } from './change-rows.js';

/** How many of each a page shows; a link leads to all. */
export const RELATED_ROWS = 10;

/** How many of the latest changes: they take more room. */
export const RELATED_CHANGES = 5;

const DAYS_AHEAD = 30;

/** How much of the agenda is read to find what concerns one person, account or queue. */
const ENTRIES_READ = 200;

/** What was decided about something, the newest first. */
export interface Told {
  readonly rows: readonly HistoryRow[];
  readonly href: string;
}

/** What is planned about something. */
export interface Planned {
  /** By the dates of the partners. */
  readonly days: readonly AgendaDay[];
  readonly now: Instant;
  readonly until: Instant;
  /** There is more than the page shows, or than was looked at. */
  readonly more: boolean;
  readonly href: string;
}

/** The latest changes of something. */
export interface LatestChanges {
  readonly rows: readonly ChangeRow[];
  readonly href: string;
}

/** Whose notifications: the page of the history has the same names for them. */
export type ToldFilter = Pick<HistoryFilter, 'recipient' | 'partner' | 'account' | 'solution' | 'rule'>;

/** Reads what the pages of people, accounts, queues, partners and solutions show alike. */
@Injectable()
export class Related {
  constructor(private readonly queries: QueryBus) {}

  /** The latest notifications that the history has for a filter. */
  async told(scope: Scope, filter: ToldFilter): Promise<Told> {
    const { documents } = await this.queries.execute(
      new SearchHistory(scope, filter, { order: 'newest', limit: RELATED_ROWS }),
    );
    return { rows: documents.map(historyRow), href: href(at('history'), { ...filter }) };
  }

  /**
   * What is planned for the next days.
   * @param concerns which of it is meant. Default: all.
   */
  async planned(
    scope: Scope,
    whose: { readonly partner?: string; readonly solution?: string },
    concerns?: (items: readonly AgendaItem[]) => readonly AgendaItem[] | Promise<readonly AgendaItem[]>,
  ): Promise<Planned> {
    const { partner: partnerId, solution: solutionId } = whose;
    const limit = concerns ? ENTRIES_READ : RELATED_ROWS;
    const page = await this.queries.execute(
      new GetAgenda(scope, { days: DAYS_AHEAD, partnerId, solutionId, limit }),
    );
    const items = concerns ? await concerns(page.items) : page.items;
    return {
      days: agendaDays(items.slice(0, RELATED_ROWS)),
      now: page.now,
      until: page.until,
      more: items.length > RELATED_ROWS || page.next !== null || page.leftOut !== undefined,
      href: href(at('agenda'), { ...whose, days: DAYS_AHEAD }),
    };
  }

  /** @throws HeraldError `not-found` if nothing happened to it that the scope covers. @param path of its page. */
  async changes(scope: Scope, kind: ChangedKind, id: string, path: string): Promise<LatestChanges> {
    const { items } = await this.queries.execute(new GetChanges(scope, kind, id, { limit: RELATED_CHANGES }));
    return { rows: changeRows(kind, items), href: `${path}/changes` };
  }
}
