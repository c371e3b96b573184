import type { SummaryRow } from '../../../application/audit/history/get-summary.js';
import type { HistoryOutcome } from '../../../application/read-models/history/history.js';
import type { CivilDate } from '../../../domain/calendar/calendar.js';
import { DAY, plus } from '../../../domain/kernel/instant.js';
import { longDate } from '../kit/format.js';
import { at, href } from '../kit/href.js';

/** What became of decisions; each decision is in one part. From the bottom of a bar to its top. */
const PARTS = ['sent', 'other', 'undelivered', 'withheld'] as const;

type Part = (typeof PARTS)[number];

const PART_OF: Readonly<Record<HistoryOutcome, Part>> = {
  ...{ accepted: 'sent', delivered: 'sent', complained: 'sent' },
  ...{ rejected: 'undelivered', bounced: 'undelivered', 'given-up': 'undelivered', abandoned: 'undelivered' },
  ...{
    pending: 'other',
    sending: 'other',
    deferred: 'other',
    'outcome-unknown': 'other',
    superseded: 'other',
  },
  withheld: 'withheld',
};

const LABELS: Readonly<Record<Part, string>> = {
  sent: 'Sent',
  other: 'Waiting, in doubt or superseded',
  undelivered: 'Undelivered',
  withheld: 'Withheld',
};

type Counts = Readonly<Record<Part, number>>;

const NONE: Counts = { sent: 0, other: 0, undelivered: 0, withheld: 0 };

interface Rectangle {
  readonly part: Part;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Bar {
  readonly title: string;
  readonly x: number;
  readonly rectangles: readonly Rectangle[];
}

interface Day extends Counts {
  readonly date: CivilDate;
  readonly href: string;
}

/** Bars in the units of an SVG, and the table behind them. */
export interface DailyChart {
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly bars: readonly Bar[];
  /** The number that the height stands for. */
  readonly top: number;
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly parts: readonly { readonly part: Part; readonly label: string; readonly count: number }[];
  /** Newest first. */
  readonly days: readonly Day[];
}

const STEP = 10;
const BAR = 7;
const HEIGHT = 100;
/** The least height of a part, so that one of thousands is seen. */
const LEAST = 1.5;
/** The height that the top of the scale has. */
const SCALE = HEIGHT - PARTS.length * LEAST;

/** The decisions of each day, as a chart. @param from the first of the days. */
export const dailyChart = (from: CivilDate, days: number, rows: readonly SummaryRow[]): DailyChart => {
  const counts = byDay(rows);
  const all = Array.from({ length: days }, (_, index): Day => {
    const date = dateAfter(from, index);
    return { ...(counts.get(date) ?? NONE), date, href: historyOf(date) };
  });
  const top = niceTop(Math.max(...all.map(totalOf)));
  const total = (part: Part) => all.reduce((sum, day) => sum + day[part], 0);
  const parts = PARTS.map((part) => ({ part, label: LABELS[part], count: total(part) }));
  return {
    label: `Decisions of the last ${days} days. ${parts.map(({ label, count }) => `${label}: ${count}`).join('. ')}.`,
    ...{ width: days * STEP, height: HEIGHT, step: STEP, top, parts },
    bars: all.map((day, index) => barOf(day, index * STEP, top)),
    from,
    to: dateAfter(from, days - 1),
    days: all.toReversed(),
  };
};

const byDay = (rows: readonly SummaryRow[]): ReadonlyMap<CivilDate, Counts> => {
  const days = new Map<CivilDate, Counts>();
  for (const { day, outcome, count } of rows) {
    const part = PART_OF[outcome];
    const known = days.get(day) ?? NONE;
    days.set(day, { ...known, [part]: known[part] + count });
  }
  return days;
};

const barOf = (day: Day, x: number, top: number): Bar => {
  const rectangles: Rectangle[] = [];
  let y = HEIGHT;
  for (const part of PARTS.filter((one) => day[one] > 0)) {
    const height = rounded(Math.max(LEAST, (day[part] / top) * SCALE));
    y = rounded(y - height);
    rectangles.push({ part, x: x + (STEP - BAR) / 2, y, width: BAR, height });
  }
  const said = PARTS.filter((part) => day[part] > 0).map((part) => `${LABELS[part]}: ${day[part]}`);
  return { title: `${longDate(day.date)}. ${said.join(', ') || 'No decisions'}`, x, rectangles };
};

const totalOf = (counts: Counts): number => PARTS.reduce((sum, part) => sum + counts[part], 0);

/** The least of 1, 2, 5, 10, 20, 50 … that is not below a number. */
const niceTop = (most: number): number => {
  for (let unit = 1; ; unit *= 10) for (const n of [1, 2, 5]) if (n * unit >= most) return n * unit;
};

const rounded = (value: number): number => Math.round(value * 100) / 100;

const dateAfter = (date: CivilDate, days: number): CivilDate =>
  plus(`${date}T00:00:00.000Z`, days * DAY).slice(0, 10);

const historyOf = (date: CivilDate): string =>
  href(at('history'), { from: `${date}T00:00:00Z`, to: `${dateAfter(date, 1)}T00:00:00Z` });
