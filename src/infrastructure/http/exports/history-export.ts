import type { PassedPage } from '../../../application/audit/history/history-entries.js';
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

/** The text of an export, a piece for each page of entries. */
export async function* exportOf(
  pages: AsyncIterable<PassedPage>,
  type: ExportType,
): AsyncGenerator<string, void, undefined> {
  if (type === CSV) yield csvRecord(HISTORY_COLUMNS);
  for await (const page of pages) {
    const lines = type === CSV ? page.entries().map(csvRecordOf) : page.texts().map((text) => `${text}\n`);
    if (lines.length > 0) yield lines.join('');
  }
}
