import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/application/audit/history/get-summary.js';
import { type Entry, playedHerald, wholeHistory } from '../http/eight-weeks.js';
import type { TestHerald } from '../http/herald.js';
import { cli, newFolder } from '../replay/running.js';

let herald: TestHerald;
let all: readonly Entry[];
beforeAll(async () => {
  herald = await playedHerald();
  all = await wholeHistory(herald);
});
afterAll(() => herald.stop());

const folder = newFolder();
const ask = (...args: readonly string[]) => cli(folder, ...args, '--url', herald.url);
const linesOf = (output: string) => output.split('\n').filter(Boolean);

describe('herald history', () => {
  it('shows a table of the newest decisions, as many as are wanted', async () => {
    const { code, output } = await ask('history', '--limit', '3');
    const [head, ...rows] = linesOf(output);
    expect(code).toBe(0);
    expect(head?.split(/ {2,}/)).toEqual([
      ...['decided', 'notification', 'result', 'recipient', 'partner', 'subject', 'id'],
    ]);
    const newest = all.toReversed().slice(0, 3);
    expect(rows.map((row) => row.split(' ').at(-1))).toEqual(
      newest.map(({ notificationId }) => notificationId),
    );
    expect(rows[0]).toContain(newest[0]?.recipientName);
  });

  it('takes the filters of the API, and finds by text', async () => {
    const wanted = all.filter(
      ({ recipientId, decision }) => recipientId === 'greta' && decision === 'raised',
    );
    const filters = ['--q', 'greta', '--decision', 'raised', '--slot-from', '2020-01-01T00:00:00Z'];
    const { output } = await ask(
      'history',
      ...filters,
      '--order',
      'oldest',
      '--limit',
      'all',
      '--format',
      'json',
    );
    expect(linesOf(output).map((line) => JSON.parse(line))).toEqual(wanted);
    expect(await ask('history', '--q', 'nobody')).toMatchObject({ code: 0, output: 'None.\n' });
  });

  it('exports everything, as NDJSON or CSV', async () => {
    const { code, output } = await ask('history', '--order', 'oldest', '--format', 'ndjson');
    expect(code).toBe(0);
    expect(linesOf(output).map((line) => JSON.parse(line))).toEqual(all);
    const csv = await ask('history', '--format', 'csv', '--partner', 'none');
    expect(csv.output).toMatch(/^notificationId,rule,decision,.*\r\n$/);
  });

  it('says what is wrong with a filter', async () => {
    const { code, output } = await ask('history', '--outcome', 'lost', '--format', 'csv');
    expect(code).toBe(2);
    expect(output).toContain('[invalid-request]');
  });
});

describe('herald summary', () => {
  it('counts by day and result', async () => {
    const from = '2025-12-01T00:00:00Z';
    const { code, output } = await ask('summary', '--from', from, '--json');
    const summary = JSON.parse(output) as Summary;
    expect({ code, decisions: summary.totals.decisions }).toEqual({ code: 0, decisions: all.length });
    const lines = linesOf((await ask('summary', '--from', from)).output);
    expect(lines).toHaveLength(summary.rows.length + 2);
    expect(lines.at(-1)).toContain(`${all.length} decisions`);
    const [first] = summary.rows;
    expect(lines[1]?.split(/ {2,}/)).toEqual([
      ...[first?.day, first?.rule, first?.reason ?? first?.outcome, String(first?.count)],
    ]);
  });
});
