import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happened, happenings } from '../contract/events.js';
import { watchStatements } from './executed-statements.js';
import { growingSteps } from './growing-steps.js';

const folder = mkdtempSync(join(tmpdir(), 'herald-plans-'));
const watched = watchStatements();
let log: SqliteEventStore;
beforeAll(async () => {
  log = new SqliteEventStore({ file: join(folder, 'events.db') });
  await log.append('known', happenings(3), 'no-stream');
});
afterAll(async () => {
  await log.close();
  watched.stop();
  rmSync(folder, { recursive: true, force: true });
});

const drained = async (read: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of read);
};
const firstOf = async (read: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of read) return;
};

const BY_STREAM = 'SEARCH events USING INDEX sqlite_autoindex_events_1 (stream=? AND revision';
const BY_POSITION = 'SEARCH events USING INTEGER PRIMARY KEY (rowid';
const { signal } = new AbortController();
const repeated = happened();

/** What an instance asks its log, and the search that answers it. */
const asked: Readonly<Record<string, readonly [ask: () => Promise<unknown>, search: string]>> = {
  'a stream from a revision on': [
    () => drained(log.readStream('known', { fromRevision: 1 })),
    `${BY_STREAM}>?)`,
  ],
  'a stream backwards': [
    () => drained(log.readStream('known', { direction: 'backwards', maxCount: 1 })),
    `${BY_STREAM}<?)`,
  ],
  'all events from a position on': [
    () => drained(log.readAll({ from: '00000000000000000002' })),
    `${BY_POSITION}>?)`,
  ],
  'all events backwards': [
    () => firstOf(log.readAll({ direction: 'backwards', from: '00000000000000000002' })),
    `${BY_POSITION}<?)`,
  ],
  'events of some types after a position': [
    () => firstOf(log.subscribeToAll({ after: '00000000000000000001', signal, types: ['Happened'] })),
    `${BY_POSITION}>? AND rowid<?)`,
  ],
  'the end of the log': [() => log.head(), 'SEARCH events'],
  'CloudEvents by their command ids (the keys of the inbox)': [
    () => log.findInbound(['c1', 'c2']),
    'SEARCH events USING INDEX events_inbound (<expr>=?)',
  ],
  'where a stream ends, at an append': [
    () => log.append('new', happenings(1), 'no-stream'),
    'SEARCH events USING COVERING INDEX sqlite_autoindex_events_1 (stream=?)',
  ],
  'whether an append with its revision is a repetition': [
    async () => {
      await log.append('again', [repeated], 'no-stream');
      await log.append('again', [repeated], 'no-stream');
    },
    `${BY_STREAM}>?)`,
  ],
  'whether an append with any revision is a repetition, by the event id': [
    async () => {
      await log.append('any', [repeated], 'any');
      await log.append('any', [repeated], 'any');
    },
    'SEARCH events USING INDEX events_id (id=?)',
  ],
};

describe('The embedded log finds by an index, and scans and sorts nothing:', () => {
  it.each(Object.entries(asked))('%s', async (_, [ask, search]) => {
    const executed = await watched.during(folder, ask);
    expect(executed.flatMap(({ steps }) => steps)).toContain(search);
    expect(executed.flatMap(growingSteps)).toEqual([]);
  });
});
