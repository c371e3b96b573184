import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import Database from 'libsql';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { EventStoreDouble } from '../eventstoredb/double/double.js';
import { anEvent } from '../http/events.js';
import { type FaultySmtp, startFaultySmtp } from '../mail/faulty-smtp.js';
import { until } from '../until.js';
import { forge } from './forge.js';
import { type Instance, startInstance } from './instance.js';
import { countOf, note, table } from './table.js';
import { addresses, partners, refused, upTo } from './world.js';

// Each fault strikes real processes. What it did is counted at the mail server: one mail for each person, none lost, none twice.

let folder: string;
let smtp: FaultySmtp;
let running: Instance[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'herald-chaos-'));
});
afterEach(async () => {
  for (const instance of running) await instance.kill();
  running = [];
  await smtp.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => {
  process.stdout.write(`\n${table()}\n`);
});

const serve = async (fault: Parameters<typeof startFaultySmtp>[0] = () => undefined): Promise<void> => {
  smtp = await startFaultySmtp(fault);
};

const start = async (changes: Readonly<Record<string, string>> = {}): Promise<Instance> => {
  const instance = await startInstance(folder, { HERALD_MAIL: `smtp://127.0.0.1:${smtp.port}`, ...changes });
  running.push(instance);
  return instance;
};

const ended = async (instance: Instance): Promise<void> => {
  await instance.stop();
  running = running.filter((one) => one !== instance);
};

/** Until so many mails have arrived; answers the milliseconds that it took. */
const arrived = async (count: number, patience?: number): Promise<number> => {
  const begin = performance.now();
  await until(
    async () => smtp.received.length,
    (received) => received >= count,
    patience,
  );
  return Math.round(performance.now() - begin);
};

const unknownIn = async (instance: Instance): Promise<number> =>
  (await instance.history()).filter(({ outcome }) => outcome === 'outcome-unknown').length;

it('A recipient whose server says nothing', async () => {
  await serve(({ stage, to }) => (stage === 'RCPT' && to.startsWith('u0@') ? 'stall' : undefined));
  const herald = await start();
  await herald.publish(...partners(20));
  await herald.publish(...refused([0]));
  await until(
    async () => smtp.commands().filter((command) => command.startsWith('RCPT')).length,
    (recipients) => recipients === 1,
  );
  const others = upTo(20).slice(1);
  await herald.publish(...refused(others));
  const waited = await arrived(19);
  const { unwell, ms } = await herald.health();
  expect(ms).toBeLessThan(1_000);
  const counts = countOf(addresses(others), smtp.received);
  expect(counts).toEqual({ lost: 0, twice: 0 });
  note({
    ...{ fault: 'a recipient whose server says nothing at RCPT', mails: 19, ...counts },
    ...{
      unknown: await unknownIn(herald),
      others: `19 others had their mail within ${waited} ms`,
      health: unwell,
    },
  });
}, 120_000);

it('The holder of all leases is killed', async () => {
  await serve();
  const first = await start();
  await first.publish(...partners(60));
  const second = await start();
  await first.publish(...refused(upTo(30)));
  await arrived(5);
  await first.kill();
  running = running.filter((one) => one !== first);
  const rest = upTo(60).slice(30);
  await second.publish(...refused(rest));
  // Of the mails that were under way nobody knows; all others go out.
  await until(
    async () => {
      const entries = await second.history();
      return [entries.length, entries.filter(({ outcome }) => outcome === 'pending').length];
    },
    ([decided, pending]) => decided === 60 && pending === 0,
    60_000,
  );
  await second.moveTo('2026-03-02T10:00:00.000Z');
  await second.moveTo('2026-03-02T11:00:00.000Z');
  const entries = await second.history();
  const unknown = entries.filter(({ outcome }) => outcome === 'outcome-unknown');
  const accepted = entries.filter(({ outcome }) => outcome === 'accepted');
  expect(unknown.length + accepted.length).toBe(60);
  const counts = countOf(
    addresses(accepted.map(({ recipientId }) => Number(recipientId.slice(1)))),
    smtp.received,
  );
  expect(counts).toEqual({ lost: 0, twice: 0 });
  const { unwell } = await second.health();
  note({
    ...{ fault: 'the instance that holds all leases is killed amid 60 mails', mails: 60, ...counts },
    ...{
      unknown: unknown.length,
      others: 'the other instance goes on within the lease TTL of 6 s',
      health: unwell,
    },
  });
}, 180_000);

it('An older log is restored beside newer read models', async () => {
  await serve();
  let herald = await start();
  await herald.publish(...partners(60));
  await herald.publish(...refused(upTo(10)));
  await arrived(10);
  const log = new Database(join(folder, 'events.db'));
  log.exec(`VACUUM INTO '${folder}/backup.db'`);
  log.close();
  const since = upTo(20).slice(10);
  await herald.publish(...refused(since));
  await arrived(20);
  await ended(herald);
  for (const suffix of ['', '-wal', '-shm']) await rm(join(folder, `events.db${suffix}`), { force: true });
  await copyFile(join(folder, 'backup.db'), join(folder, 'events.db'));
  herald = await start();
  // The platform tells again what the back-up lacks, and what is new.
  await herald.publish(...refused(upTo(60)));
  await until(
    async () => (await herald.history()).length,
    (decided) => decided === 60,
    60_000,
  );
  const { unwell } = await herald.health();
  expect(unwell).toContain('sending: degraded');
  expect(smtp.received).toHaveLength(20);
  await herald.post('/v1/sending/keep', { reason: 'They have them.' });
  await arrived(60, 60_000);
  const counts = countOf(addresses(upTo(60)), smtp.received);
  expect(counts).toEqual({ lost: 0, twice: 0 });
  note({
    ...{ fault: 'an older log is restored beside newer read models', mails: 60, ...counts },
    ...{ unknown: await unknownIn(herald), others: 'all wait until an operator decides', health: unwell },
  });
}, 180_000);

interface ParkedList {
  readonly items: readonly {
    readonly projection: string;
    readonly documentId: string;
    readonly reason: string;
  }[];
}

it('An event that cannot be folded lies in the log', async () => {
  await serve();
  let herald = await start();
  await herald.publish(...partners(20));
  await herald.moveTo('2026-03-02T09:00:00.000Z');
  await ended(herald);
  // As after a roll-back to a Node whose time zones are older.
  forge(join(folder, 'events.db'), 'partner-p0', 'PartnerZoneChanged', {
    partnerId: 'p0',
    timeZone: 'Mars/Olympus',
  });
  herald = await start();
  const others = upTo(20).slice(1);
  await herald.publish(...refused(upTo(20)));
  const waited = await arrived(19);
  const { items } = await until(
    () => herald.get<ParkedList>('/v1/parked'),
    (list) => list.items.length > 0,
  );
  expect(items.every(({ documentId }) => /^(partner:|user:|account:)?(p0|a0)/.test(documentId))).toBe(true);
  const { unwell } = await herald.health();
  expect(unwell).toContain('read-models: degraded');
  const counts = countOf(addresses(others), smtp.received);
  expect(counts).toEqual({ lost: 0, twice: 0 });
  // The platform puts the zone right, and an operator has what is parked folded again.
  await herald.publish(
    anEvent('zone', 'partner.zone-changed', { partnerId: 'p0', timeZone: 'Europe/Berlin' }),
  );
  // More than one read model parks it, one after the other.
  await until(
    async () => {
      const parked = await herald.get<ParkedList>('/v1/parked');
      for (const { projection, documentId } of parked.items)
        await herald.post(`/v1/parked/${projection}/${encodeURIComponent(documentId)}/retry`);
      return { mails: smtp.received.length, unwell: (await herald.health()).unwell };
    },
    ({ mails, unwell }) => mails >= 20 && unwell.length === 0,
  );
  note({
    ...{
      fault: 'an event that cannot be folded (unknown zone)',
      mails: 20,
      ...countOf(addresses(upTo(20)), smtp.received),
    },
    ...{
      unknown: 0,
      others: `19 others had their mail within ${waited} ms, the one after a retry`,
      health: unwell,
    },
  });
}, 120_000);

it('A document is too large for its store', async () => {
  await serve();
  let herald = await start();
  await herald.publish(...partners(20));
  await herald.moveTo('2026-03-02T09:00:00.000Z');
  await ended(herald);
  forge(join(folder, 'events.db'), 'approvalQueue-p0', 'PostAwaitingApproval', {
    ...{ postId: 'huge', partnerId: 'p0', streamId: 's', streamName: 's', network: 'x' },
    ...{ title: 'x'.repeat(17 * 1024 * 1024), publishAt: '2026-04-01T09:00:00.000Z' },
  });
  herald = await start();
  await herald.publish(...refused(upTo(20)));
  const waited = await arrived(20);
  const { items } = await until(
    () => herald.get<ParkedList>('/v1/parked'),
    (list) => list.items.length > 0,
  );
  expect(items.map(({ projection }) => projection)).toEqual(['approval-queues']);
  const { unwell } = await herald.health();
  const counts = countOf(addresses(upTo(20)), smtp.received);
  expect(counts).toEqual({ lost: 0, twice: 0 });
  note({
    ...{ fault: 'a document of 17 MiB', mails: 20, ...counts },
    ...{ unknown: 0, others: `all 20 had their mail within ${waited} ms`, health: unwell },
  });
}, 120_000);

it('Every bound is exceeded at the same time', async () => {
  await serve();
  const herald = await start();
  await herald.publish(...partners(20));
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`a${n}`, 1]));
  const hostile = [
    herald.post('/v1/events', wide),
    herald.publish(...Array.from({ length: 1_001 }, () => ({}))),
    herald.post('/v1/events', 'x'.repeat(3_000_000)),
    ...Array.from({ length: 30 }, () => herald.get('/v1/why-not?person=u0&rule=account-expired')),
    ...Array.from({ length: 30 }, (_, n) =>
      herald.publish(
        ...Array.from({ length: 100 }, (_, m) =>
          anEvent(`now-${n}-${m}`, 'digest.requested', { userId: `ghost-${m}`, partnerId: 'p0' }),
        ),
      ),
    ),
  ];
  await herald.publish(...refused(upTo(20)));
  const waited = await arrived(20);
  const answers = await Promise.all(hostile);
  const statuses = answers
    .filter((one): one is Response => one instanceof Response)
    .map(({ status }) => status);
  expect(statuses.slice(0, 3)).toEqual([400, 413, 413]);
  const { unwell, ms } = await herald.health();
  expect(ms).toBeLessThan(1_000);
  const counts = countOf(addresses(upTo(20)), smtp.received);
  expect(counts).toEqual({ lost: 0, twice: 0 });
  note({
    ...{ fault: 'requests beyond all bounds at once', mails: 20, ...counts },
    ...{ unknown: 0, others: `all 20 had their mail within ${waited} ms`, health: unwell },
  });
}, 120_000);

it('The inbox stream is poisoned with forged events and rubbish', async () => {
  await serve();
  const server = await new EventStoreDouble().start();
  const client = EventStoreDBClient.connectionString(server.url);
  try {
    const inbox = 'herald-inbox';
    const herald = await start({ HERALD_EVENT_STORE: server.url, HERALD_INBOX: inbox });
    await herald.publish(...partners(20));
    const at = '2026-03-02T09:00:00.000Z';
    const metadata = { commandId: 'x', recordedAt: at, occurredAt: at, actor: 'x', schemaVersion: 1 };
    const forged = { recipient: { userId: 'ceo', email: 'ceo@victim.example' }, rule: 'account-expired' };
    await client.appendToStream(inbox, [
      jsonEvent({ type: 'NotificationRaised', data: forged, metadata }),
      jsonEvent({ type: 'PartnerUserAdded', data: { userId: 'ghost' }, metadata }),
      jsonEvent({ type: 'rubbish', data: { hello: 'world' } }),
    ]);
    await client.appendToStream(
      inbox,
      refused(upTo(20)).map((event) =>
        jsonEvent({ type: 'CloudEvent', data: event as Record<string, string> }),
      ),
    );
    const waited = await arrived(20);
    const { unwell } = await herald.health();
    expect(unwell).toEqual([]);
    expect((await herald.history()).filter(({ recipientId }) => recipientId === 'ceo')).toEqual([]);
    expect((await herald.get<ParkedList>('/v1/parked')).items).toEqual([]);
    const counts = countOf(addresses(upTo(20)), smtp.received);
    expect(counts).toEqual({ lost: 0, twice: 0 });
    note({
      ...{ fault: 'forged events and rubbish in the inbox stream (EventStoreDB)', mails: 20, ...counts },
      ...{ unknown: 0, others: `all 20 had their mail within ${waited} ms`, health: unwell },
    });
  } finally {
    for (const instance of running) await instance.kill();
    running = [];
    await client.dispose();
    await server.kill();
  }
}, 120_000);
