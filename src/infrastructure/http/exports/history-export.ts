import type { HistoryEntry } from '../../../application/read-models/history/history.js';
import { csvRecord } from './csv.js';
import { CSV, type ExportType } from './media-types.js';

type Column = Exclude<keyof HistoryEntry, 'id' | 'position'>;

/** The columns of a CSV export, in their order; new ones are added at the end. */
export const HISTORY_COLUMNS = [
  'notificationId',
  'rule',
  'decision',
  'reason',
  'outcome',
  'outcomeAt',
  'detail',
  'resolvedAs',
  'attempts',
  'decidedAt',
  'slotAt',
  'slotDate',
  'slotZone',
  'lateByMs',
  'recipientId',
  'recipientName',
  'channel',
  'recipientAddress',
  'recipientEmail',
  'escalation',
  'partnerId',
  'solutionId',
  'accountId',
  'subjectLine',
  'test',
] as const satisfies readonly Column[];

const csvRecordOf = (entry: HistoryEntry): string =>
  csvRecord(HISTORY_COLUMNS.map((column) => entry[column]));

const jsonLineOf = ({ id: _, position: __, ...entry }: HistoryEntry): string => `${JSON.stringify(entry)}\n`;

/** The text of an export, a piece for each page of entries. */
export async function* exportOf(
  pages: AsyncIterable<readonly HistoryEntry[]>,
  type: ExportType,
): AsyncGenerator<string, void, undefined> {
  if (type === CSV) yield csvRecord(HISTORY_COLUMNS);
  const lineOf = type === CSV ? csvRecordOf : jsonLineOf;
  for await (const page of pages) if (page.length > 0) yield page.map(lineOf).join('');
}
