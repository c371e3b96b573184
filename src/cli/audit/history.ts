import { pipeline } from 'node:stream/promises';
import type { Summary, SummaryRow } from '../../application/audit/history/get-summary.js';
import type { HistoryEntry } from '../../application/read-models/history/history.js';
import { HeraldClient } from '../herald-client.js';
import { tableLines } from '../terminal/table.js';
import { say } from '../terminal/terminal.js';
import type { Filters, HistoryOptions, SummaryOptions } from './history-options.js';

interface Page {
  readonly items: readonly HistoryEntry[];
  readonly next: string | null;
}

const MEDIA_TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

/** How many entries are asked for, and shown as one table, at once. */
const PAGE = 200;

const queryOf = (filters: Filters): URLSearchParams =>
  new URLSearchParams(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** Shows the decisions that the filters match, or exports all of them. @returns the exit code 0. */
export async function history({ url, format, limit, json, ...filters }: HistoryOptions): Promise<number> {
  const query = queryOf(filters);
  const client = new HeraldClient(url);
  if (format === 'csv' || format === 'ndjson') {
    const exported = await client.stream(`/v1/notifications?${query}`, MEDIA_TYPES[format]);
    await pipeline(exported, process.stdout, { end: false });
    return 0;
  }
  let shown = 0;
  for await (const page of pagesOf(client, query, limit)) {
    if (json || format === 'json') say(...page.map((entry) => JSON.stringify(entry)));
    else if (page.length > 0) say(...tableLines([...(shown === 0 ? [HEAD] : []), ...page.map(rowOf)]));
    shown += page.length;
  }
  if (shown === 0 && !json && format === 'table') say('None.');
  return 0;
}

/** The pages of a list, until as many entries as wanted are read. */
async function* pagesOf(
  client: HeraldClient,
  query: URLSearchParams,
  limit: string,
): AsyncGenerator<readonly HistoryEntry[]> {
  let left = limit === 'all' ? Number.POSITIVE_INFINITY : Number(limit);
  for (let next: string | null = ''; next !== null && left > 0; ) {
    query.set('limit', String(Math.min(left, PAGE)));
    if (next !== '') query.set('after', next);
    const page: Page = await client.get(`/v1/notifications?${query}`);
    yield page.items;
    left -= page.items.length;
    next = page.next;
  }
}

const HEAD = ['decided', 'notification', 'result', 'recipient', 'partner', 'subject', 'id'];

const rowOf = (entry: HistoryEntry): readonly string[] => [
  ...[entry.decidedAt, entry.rule, entry.reason ?? entry.outcome],
  `${entry.recipientName} (${entry.recipientAddress || entry.recipientId})`,
  ...[entry.partnerId, entry.subjectLine ?? '', entry.notificationId],
];

/** Shows how many decisions there were, day by day. @returns the exit code 0. */
export async function summary({ url, json, ...filters }: SummaryOptions): Promise<number> {
  const answer: Summary = await new HeraldClient(url).get(`/v1/notifications/summary?${queryOf(filters)}`);
  if (json) {
    say(JSON.stringify(answer));
    return 0;
  }
  const { from, to, totals, rows, incomplete } = answer;
  if (rows.length > 0) say(...tableLines([SUMMARY_HEAD, ...rows.map(summaryRowOf)], 3), '');
  const period = `From ${from} ${to === undefined ? 'on' : `to ${to}`}`;
  say(`${period}: ${totals.decisions} decisions, ${totals.raised} raised, ${totals.withheld} withheld.`);
  if (incomplete) say(`${incomplete.parked} documents are parked; see herald parked list.`);
  return 0;
}

const SUMMARY_HEAD = ['day', 'notification', 'result', 'count'];

const summaryRowOf = ({ day, rule, reason, outcome, count }: SummaryRow): readonly string[] => [
  ...[day, rule, reason ?? outcome, String(count)],
];
