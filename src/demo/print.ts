import { dateIn, onWall } from '../domain/calendar/calendar.js';
import { DAY, plus } from '../domain/kernel/instant.js';
import { definitionOf } from '../domain/rules/notifications.js';
import { NOTIFICATIONS } from '../domain/rules/registry.js';
import type { Explained } from './explained.js';

/** Who was notified of what, when and why: one line for each decision. */
export const table = (decisions: readonly Explained[]): string => {
  const rows = decisions.map(({ entry, because }) => [
    onWall(entry.decidedAt, entry.slotZone),
    entry.recipientName,
    entry.rule,
    entry.reason ? `withheld: ${entry.reason}` : entry.outcome,
    because,
  ]);
  const header = ['When (in the partner’s zone)', 'Who', 'What', 'Outcome', 'Why'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column < 4 ? cell.padEnd(widths[column] ?? 0) : cell)).join('  ');
  return [header, ...rows].map(line).join('\n');
};

/** One line for each person, one character for each day. */
export const timeline = (decisions: readonly Explained[], start: string, days: number): string => {
  const people = new Map<string, Map<string, string>>();
  for (const { entry } of decisions) {
    const letter = definitionOf(entry.rule).letter;
    const line = people.get(entry.recipientName) ?? new Map<string, string>();
    const date = dateIn(entry.slotZone, entry.decidedAt);
    const sign = entry.decision === 'raised' ? letter : letter.toLowerCase();
    // If a day has more than one decision, a sent mail takes precedence over a withheld one.
    const known = line.get(date);
    line.set(date, known === undefined ? sign : known === sign ? sign : '*');
    people.set(entry.recipientName, line);
  }
  const dates = Array.from({ length: days }, (_, day) => plus(start, day * DAY).slice(0, 10));
  const width = Math.max(...[...people.keys()].map(({ length }) => length));
  const weeks = dates.filter((_, day) => day % 7 === 0).map((date) => date.slice(5).padEnd(7));
  const lines = [...people].map(
    ([name, line]) => `${name.padEnd(width)}  ${dates.map((date) => line.get(date) ?? '·').join('')}`,
  );
  return [
    `${''.padEnd(width)}  ${weeks.join('')}`,
    ...lines,
    '',
    NOTIFICATIONS.map(({ letter, title }) => `${letter} ${title}`).join('   '),
    'small letters: withheld    * several of a kind or of different kinds on that day',
  ].join('\n');
};
