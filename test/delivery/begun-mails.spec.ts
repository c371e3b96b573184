import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Aggregates, AppendedEvent } from '../../src/application/aggregates/aggregates.js';
import { BegunMails } from '../../src/application/delivery/begun-mails.js';
import { EventsCommitted } from '../../src/application/events/events-committed.js';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import { MAX_DAYS_BEGUN_MAILS } from '../../src/domain/bounds.js';
import { DAY, plus } from '../../src/domain/kernel/instant.js';
import { SqliteDocumentStore } from '../../src/infrastructure/sqlite/sqlite-document-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happened } from '../contract/events.js';

/** More than two pages. */
const MAILS = 1_201;
const NOW = '2026-03-02T08:00:00.000Z';

let folder: string;
let log: SqliteEventStore;
let documents: SqliteDocumentStore;
let begun: BegunMails;
/** What this instance appends. */
let appended: Subject<readonly AppendedEvent[]>;
beforeEach(async () => {
  appended = new Subject();
  folder = mkdtempSync(join(tmpdir(), 'herald-begun-'));
  log = new SqliteEventStore({ file: join(folder, 'events.db') });
  documents = new SqliteDocumentStore({ file: join(folder, 'begun.db') });
  begun = new BegunMails(documents, log, { appended } as unknown as Aggregates);
  await begun.open();
});
afterEach(async () => {
  await begun.close();
  await documents.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const started = (n: number, recordedAt: string): StoredEvent => {
  const event = happened({}, 'SendStarted');
  return {
    ...{ ...event, metadata: { ...event.metadata, recordedAt } },
    ...{ stream: `notification-${n}`, revision: 1, position: String(n).padStart(15, '0') },
  };
};

/** Begins mails of which the log knows nothing. */
const begin = async (count: number, recordedAt: string, from = 0): Promise<void> => {
  const events = Array.from({ length: count }, (_, n) => started(from + n, recordedAt));
  begun.handle(new EventsCommitted(events));
  await begun.close();
};

it('All mails that were begun more than 31 days ago are forgotten, however many there are', async () => {
  await begin(MAILS, plus(NOW, -MAX_DAYS_BEGUN_MAILS * DAY - 1));
  await begin(3, plus(NOW, -MAX_DAYS_BEGUN_MAILS * DAY + 1), MAILS);
  await begun.forgetOld(NOW);
  expect((await begun.unknownToLog(10)).map(({ id }) => id)).toEqual(['1203', '1202', '1201']);
});

it('A decision about the mails that the log does not know is recorded page by page, however many there are', async () => {
  await begin(MAILS, NOW);
  const find = vi.spyOn(documents, 'find');
  const write = vi.spyOn(documents, 'write');
  await begun.decide(({ id }) => Number(id) % 2 === 0, 'A drill.');
  expect(Math.max(...find.mock.calls.map(([, { limit }]) => limit))).toBeLessThanOrEqual(500);
  expect(Math.max(...write.mock.calls.map(([, writes]) => writes.length))).toBeLessThanOrEqual(500);
  expect(await begun.unknownToLog(1)).toEqual([]);
  expect((await begun.kept()).size).toBe((MAILS - 1) / 2);
});

it('A decision that ended half-way leaves the older mails to be decided', async () => {
  await begin(MAILS, NOW);
  const write = documents.write.bind(documents);
  vi.spyOn(documents, 'write')
    .mockImplementationOnce(write)
    .mockRejectedValueOnce(new Error('The disk is full.'));
  await expect(begun.decide(() => false, 'A drill.')).rejects.toThrow('The disk is full.');
  expect(await begun.unknownToLog(MAILS)).toHaveLength(MAILS - 500);
  await begun.decide(() => false, 'A drill.');
  expect(await begun.unknownToLog(1)).toEqual([]);
  expect((await begun.kept()).size).toBe(MAILS);
});

it('A mail that is kept, or was never begun, is a stranger among those that the log does not know', async () => {
  await begin(501, NOW);
  const ids = Array.from({ length: 501 }, (_, n) => String(n));
  expect(await begun.strangerAmong(ids)).toBeUndefined();
  expect(await begun.strangerAmong([...ids, 'x'])).toBe('x');
  await begun.decide(() => false, 'A drill.');
  expect(await begun.strangerAmong(ids)).toBe('0');
});

it('A mail that this instance begins is remembered, however far behind the log its read models are', async () => {
  appended.next([started(1, NOW)]);
  await begun.close();
  expect((await begun.unknownToLog(10)).map(({ id }) => id)).toEqual(['1']);
});

it('A mail of this instance is written once, and those of others as well', async () => {
  const write = vi.spyOn(documents, 'write');
  const own = started(1, NOW);
  appended.next([own]);
  begun.handle(new EventsCommitted([own, started(2, NOW)]));
  await begun.close();
  expect(write.mock.calls.flatMap(([, writes]) => writes.map(({ id }) => id))).toEqual(['1', '2']);
});

it('Begun mails that could not be written are written once the store answers', async () => {
  const write = vi
    .spyOn(documents, 'write')
    .mockRejectedValueOnce(new Error('The disk is full.'))
    .mockRejectedValueOnce(new Error('The disk is full.'));
  appended.next([started(1, NOW), started(2, NOW)]);
  await expect.poll(() => write.mock.calls.length).toBe(3);
  await begun.close();
  expect((await begun.unknownToLog(10)).map(({ id }) => id)).toEqual(['2', '1']);
});
