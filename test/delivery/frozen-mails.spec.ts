import { Subject } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Aggregates, AppendedEvent } from '../../src/application/aggregates/aggregates.js';
import { uniqueId } from '../../src/application/aggregates/ids.js';
import { FrozenMails } from '../../src/application/delivery/frozen-mails.js';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import { MAX_CACHED_MAILS } from '../../src/domain/bounds.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { newFolder } from '../replay/running.js';

const NOW = '2026-03-02T09:00:00.000Z';

/** Counts the streams that are read. */
class CountingLog extends SqliteEventStore {
  read = 0;

  override readStream(stream: string, options?: object): AsyncGenerator<StoredEvent> {
    this.read += 1;
    return super.readStream(stream, options);
  }
}

const event = (id: string, type: string, data: object): AppendedEvent => ({
  ...{ id: uniqueId(), stream: `notification-${id}`, position: '1', type },
  data: { notificationId: id, ...data },
  metadata: {
    ...{ $correlationId: 'c', $causationId: `cause-of-${id}`, actor: 'clock', commandId: id },
    ...{ occurredAt: NOW, recordedAt: NOW, schemaVersion: 2, schema: 'herald/1' },
  },
});
const mail = (id: string, html = '<p>Hello</p>') => [
  event(id, 'NotificationRaised', { rule: 'account-expired' }),
  event(id, 'ContentFrozen', { channel: 'email', parts: { html, text: '' } }),
];

let log: CountingLog;
let appended: Subject<readonly AppendedEvent[]>;
let mails: FrozenMails;

beforeEach(() => {
  log = new CountingLog({ file: `${newFolder()}/events.db` });
  appended = new Subject();
  mails = new FrozenMails(log, { appended } as unknown as Aggregates);
});
afterEach(() => log.close());

const raise = async (id: string, html?: string) => {
  const events = mail(id, html);
  await log.append(`notification-${id}`, events, 'no-stream');
  return events;
};

it('A mail that was raised here is not read from the log, and says the same as the one there', async () => {
  appended.next(await raise('a'));
  const fromMemory = await mails.take('a');
  expect(log.read).toBe(0);
  const fromLog = await mails.take('a');
  expect(log.read).toBe(1);
  expect(fromMemory).toEqual(fromLog);
  expect(fromLog).toMatchObject({ causedBy: 'cause-of-a', frozen: { parts: { html: '<p>Hello</p>' } } });
});

it('A mail of a log that was replaced is not sent from memory', async () => {
  appended.next(mail('a', 'old'));
  await raise('a', 'new');
  mails.handle();
  expect((await mails.take('a')).frozen.parts.html).toBe('new');
});

it('Mails beyond the bound of memory are read from the log, the first ones raised', async () => {
  const size = 1024 * 1024;
  const count = MAX_CACHED_MAILS / size;
  const html = 'x'.repeat(size - 1);
  for (let n = 0; n < count; n += 1) appended.next(mail(`m${n}`, html));
  await raise('m0');
  appended.next(mail('one-more', html));
  for (let n = 1; n < count; n += 1) await mails.take(`m${n}`);
  await mails.take('one-more');
  expect(log.read).toBe(0);
  expect((await mails.take('m0')).frozen.parts.html).toBe('<p>Hello</p>');
  expect(log.read).toBe(1);
});
