import type * as z from 'zod';
import type { AgendaPage as Agenda, AgendaItem } from '../../../application/audit/get-agenda.js';
import type { CivilDate } from '../../../domain/calendar/calendar.js';
import type { Instant } from '../../../domain/kernel/event.js';
import { toMillis } from '../../../domain/kernel/instant.js';
import { isPerson } from '../../../domain/rules/shared/sentinels.js';
import { at, href } from '../kit/href.js';
import type { PageModel } from '../kit/page-model.js';
import { counted, words } from '../kit/words.js';
import type { agendaFilters } from './agenda-filters.js';

type AgendaFilters = z.output<typeof agendaFilters>;

/** Something planned as a row of a list. */
export interface AgendaRow {
  readonly at: Instant;
  /** On the wall clock of the partner; in UTC while its zone is not known. */
  readonly local: { readonly date: CivilDate; readonly time: string; readonly zone: string };
  /** Such as `Decide`, `Send` or `Record`. */
  readonly act: string;
  /** Which notification, or what is recorded. */
  readonly what: string;
  /** What it is about, by id. */
  readonly about: { readonly label: string; readonly href: string } | undefined;
  readonly partner: { readonly label: string; readonly href: string } | undefined;
  /** How the clocks of the zone have changed since the row before it of this zone. */
  readonly clockChange: string | undefined;
}

/** The rows of one civil date. */
export interface AgendaDay {
  readonly date: CivilDate;
  readonly rows: readonly AgendaRow[];
}

/** What the view `agenda` shows. */
export interface AgendaPage extends PageModel {
  readonly filters: AgendaFilters;
  readonly until: Instant;
  readonly days: readonly AgendaDay[];
  /** Entries that did not fit, and documents that are parked. */
  readonly leftOut: number | undefined;
  readonly parked: number | undefined;
  readonly next: string | undefined;
  readonly first: string | undefined;
}

const PATH = at('agenda');

const MINUTE = 60_000;

/** The page of what is planned, by the dates of the partners. */
export const agendaPage = (filters: AgendaFilters, agenda: Agenda): AgendaPage => {
  const { after, limit: _, ...kept } = filters;
  return {
    title: 'Agenda',
    filters,
    until: agenda.until,
    days: agendaDays(agenda.items),
    leftOut: agenda.leftOut,
    parked: agenda.incomplete?.parked,
    next: agenda.next === null ? undefined : href(PATH, { ...kept, after: agenda.next }),
    first: after === undefined ? undefined : href(PATH, { ...kept }),
  };
};

/** What is planned, by the dates of the partners. @param items by time. */
export const agendaDays = (items: readonly AgendaItem[]): readonly AgendaDay[] => {
  const days = new Map<CivilDate, AgendaRow[]>();
  for (const row of agendaRows(items)) days.set(row.local.date, [...(days.get(row.local.date) ?? []), row]);
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([date, rows]) => ({ date, rows }));
};

/** What is planned, as rows in the same order. @param items by time. */
export const agendaRows = (items: readonly AgendaItem[]): readonly AgendaRow[] => {
  const offsets = new Map<string, number>();
  return items.map((item) => {
    const local = item.local ?? { date: item.at.slice(0, 10), time: item.at.slice(11, 16), zone: 'UTC' };
    const offset = minutesAhead(item.at, local);
    const before = offsets.get(local.zone);
    offsets.set(local.zone, offset);
    return {
      at: item.at,
      local,
      act: ACTS[item.what],
      what: whatOf(item),
      about: aboutOf(item),
      partner:
        item.partnerId === undefined
          ? undefined
          : { label: item.partnerId, href: at('partners', item.partnerId) },
      clockChange: before === undefined || before === offset ? undefined : clockChange(offset - before),
    };
  });
};

const ACTS: Readonly<Record<AgendaItem['what'], string>> = {
  decision: 'Decide',
  delivery: 'Send',
  notice: 'Record',
};

const whatOf = ({ rule, accountId }: AgendaItem): string => {
  if (rule !== undefined) return words(rule);
  return accountId === undefined ? 'Time has passed' : 'The authorisation runs out soon, or has ended';
};

const aboutOf = ({ notificationId, userId, partnerId, accountId }: AgendaItem): AgendaRow['about'] => {
  if (notificationId !== undefined) return { label: 'Mail', href: at('notifications', notificationId) };
  if (userId !== undefined && isPerson(userId))
    return { label: userId, href: href(at('people', userId), { partner: partnerId }) };
  if (accountId !== undefined) return { label: accountId, href: at('accounts', accountId) };
  return undefined;
};

/** How far a wall clock is ahead of UTC, in minutes. */
const minutesAhead = (instant: Instant, { date, time }: AgendaRow['local']): number =>
  (toMillis(`${date}T${time}:00.000Z`) - toMillis(`${instant.slice(0, 16)}:00.000Z`)) / MINUTE;

const clockChange = (minutes: number): string => {
  const by = Math.abs(minutes);
  const width = by % 60 === 0 ? counted(by / 60, 'hour') : counted(by, 'minute');
  return `The clocks there go ${minutes > 0 ? 'forward' : 'back'} by ${width} before this.`;
};
