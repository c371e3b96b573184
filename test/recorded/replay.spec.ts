import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AddressObject, simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotificationDetails } from '../../src/application/audit/history/get-notification.js';
import type { Why } from '../../src/application/audit/why/get-why.js';
import type { Document } from '../../src/application/ports/document-store.js';
import type { EventStore, StoredEvent } from '../../src/application/ports/event-store.js';
import type { Projection } from '../../src/application/ports/projection.js';
import { PROJECTIONS } from '../../src/application/read-models/all.js';
import { Projector } from '../../src/application/read-models/engine/projector.js';
import { SortedFields } from '../../src/application/read-models/engine/sorted-fields.js';
import { StopAtFirst } from '../../src/application/read-models/parking/exceptions.js';
import { SkippedEvents } from '../../src/application/read-models/parking/skipped-events.js';
import { END } from '../../src/demo/story.js';
import { plus } from '../../src/domain/kernel/instant.js';
import { eventStoreAsWritten, eventStoreOf } from '../../src/infrastructure/config/stores.js';
import { SqliteReadModels } from '../../src/infrastructure/sqlite/sqlite-read-models.js';
import { EventStoreDouble } from '../eventstoredb/double/double.js';
import { playedHerald, wholeHistory } from '../http/eight-weeks.js';
import { startTestHerald, type TestHerald } from '../http/herald.js';
import { newFolder } from '../replay/running.js';
import { recordedDocuments, recordedEvents, writeRecorded } from './recorded.js';

const raised = recordedEvents.filter(({ type }) => type === 'NotificationRaised');
const decided = recordedEvents.filter(({ type }) => /^Notification(Raised|Withheld)$/.test(type));
const mails = new Map(
  recordedEvents.filter(({ type }) => type === 'MailFrozen').map(({ data }) => [data.notificationId, data]),
);

let url: string;
beforeAll(async () => {
  url = `sqlite:${join(newFolder(), 'events.db')}`;
  const log = await eventStoreAsWritten({ HERALD_EVENT_STORE: url }, 'write');
  await writeRecorded(log);
  await log.close();
});

/** Fields that the documents did not have when they were recorded. */
const LATER = new Set([
  ...['connectedSince', 'ownedSince', 'regrantedSince', 'zones', 'solutionSince'],
  ...['activeSince', 'roleSince', 'optInSince'],
  ...['sender', 'dueSince', 'startId'],
  ...['decidedOn', 'recipientMailbox', 'subjectKey'],
]);

/** The document without the fields that only its state of today has, or had then. */
const asRecorded = (document: object): string => {
  const known = JSON.parse(JSON.stringify(document), (key, value) => {
    if (LATER.has(key)) return undefined;
    if (value?.kind === 'delivery') {
      const { partnerId: _, solutionId: __, ...delivery } = value;
      return { ...delivery, state: { ...delivery.state, partnerId: undefined } };
    }
    if (key !== 'policies' || value.cadenceSince === undefined) return value;
    const { at, policies, cadenceSince } = value;
    return { at, policies, cadenceSince };
  });
  return JSON.stringify(new SortedFields().apply(known));
};

const eventsOf = async (log: EventStore): Promise<readonly StoredEvent[]> => {
  const events: StoredEvent[] = [];
  for await (const batch of log.readAll()) events.push(...batch);
  return events;
};

describe('A log from before there were channels', () => {
  it('keeps every event as it was written', async () => {
    const log = await eventStoreAsWritten({ HERALD_EVENT_STORE: url }, 'read');
    const events = await eventsOf(log);
    await log.close();
    expect(events).toEqual(recordedEvents);
  });

  it('is read as if e-mail had had its name from the start', async () => {
    const log = await eventStoreOf({ HERALD_EVENT_STORE: url }, 'read');
    const events = await eventsOf(log);
    await log.close();
    expect(events.map(({ id }) => id)).toEqual(recordedEvents.map(({ id }) => id));
    for (const [n, event] of events.entries()) {
      const { type, data } = event;
      const written = recordedEvents[n] as StoredEvent;
      if (type === 'ContentFrozen') {
        const { subjectLine: subject, html, text, ...rest } = written.data;
        expect(data).toEqual({ ...rest, channel: 'email', parts: { subject, html, text } });
      } else if (decided.includes(written)) {
        const { email: value, ...recipient } = written.data.recipient as Record<string, string>;
        const address = { channel: 'email', value };
        expect(data).toEqual({ ...written.data, recipient: { ...recipient, address } });
      } else expect(event).toEqual(written);
    }
    expect(events.filter(({ type }) => type === 'ContentFrozen')).toHaveLength(mails.size);
  });

  it('reads the same from EventStoreDB', async () => {
    const server = await new EventStoreDouble().start();
    const [written, log, embedded] = await Promise.all([
      eventStoreAsWritten({ HERALD_EVENT_STORE: server.url }, 'write'),
      eventStoreOf({ HERALD_EVENT_STORE: server.url }),
      eventStoreOf({ HERALD_EVENT_STORE: url }, 'read'),
    ]);
    await writeRecorded(written);
    const of = async (store: EventStore) => (await eventsOf(store)).map(({ position: _, ...event }) => event);
    expect(await of(log)).toEqual(await of(embedded));
    await Promise.all([written, log, embedded].map((store) => store.close()));
    await server.kill();
  });

  const cuts = [...new Set(recordedDocuments.map(({ upTo }) => upTo))];
  // Read models that are younger than the record are not in it.
  const kept = new Set(recordedDocuments.map(({ projection }) => projection));
  const cases = PROJECTIONS.filter(({ name }) => kept.has(name)).flatMap((projection) =>
    cuts.map((upTo) => ({ ...projection, upTo, projection })),
  );

  it.each(cases)(
    'has the documents of $name at $upTo that it had, and their channel',
    async ({ projection, upTo }) => {
      const expected = recordedDocuments
        .filter((one) => one.projection === projection.name && one.upTo === upTo)
        .map(({ document }) => asRecorded({ ...document, ...channelOf(document) }));
      expect(expected.length).toBeGreaterThan(0);
      expect((await folded(projection, upTo)).map(asRecorded)).toEqual(expected);
    },
  );

  it('among them is a notification on its way', () => {
    expect(recordedDocuments.filter(({ document }) => document.kind === 'delivery')).not.toEqual([]);
  });

  const channelOf = (document: Readonly<Record<string, unknown>>) => {
    const { kind, recipientEmail } = document;
    if (recipientEmail !== undefined) return { channel: 'email', recipientAddress: recipientEmail };
    return kind === 'delivery' ? { channel: 'email' } : {};
  };

  const folded = async (projection: Projection<Document>, upTo: string): Promise<readonly object[]> => {
    const log = await eventStoreOf({ HERALD_EVENT_STORE: url }, 'read');
    const store = new SqliteReadModels({ folder: newFolder() });
    const skips = new SkippedEvents(store);
    await skips.open();
    const collection = { name: 'rebuilt', indexes: projection.indexes };
    const parking = new StopAtFirst(projection.name, skips);
    const projector = new Projector(projection, store, collection, undefined, undefined, undefined, parking);
    await projector.open();
    await projector.fold((await eventsOf(log)).filter(({ position }) => position <= upTo));
    const documents: object[] = [];
    for await (const document of store.stream(collection)) documents.push(document);
    await Promise.all([store.close(), log.close()]);
    return documents;
  };
});

describe('An instance on a log from before there were channels', () => {
  let herald: TestHerald;
  beforeAll(async () => {
    herald = await startTestHerald({ HERALD_EVENT_STORE: url, HERALD_CLOCK_START: END });
    await herald.settled();
  });
  afterAll(() => herald.stop());

  it('answers what each notification said, to whom and why', async () => {
    for (const { data } of raised) {
      const id = String(data.notificationId);
      const { body } = await herald.get<NotificationDetails>(`/v1/notifications/${id}`);
      const { subjectLine, html, text, contentHash } = mails.get(id) as Record<string, string>;
      const { email } = data.recipient as { email: string };
      expect(body.mail).toEqual({ subjectLine, html, text, contentHash });
      expect(body.content?.parts).toEqual({ subject: subjectLine, html, text });
      expect(body.details.recipient).toMatchObject({ email, address: { channel: 'email', value: email } });
      const why = await herald.get<Why>(`/v1/notifications/${id}/why`);
      expect(why.body.recomputed.agrees).toBe(true);
    }
  });

  it('repeats no decision and sends nothing again', async () => {
    expect(await herald.events()).toHaveLength(recordedEvents.length);
  });
});

describe('A mail that was raised before there were channels, and not sent', () => {
  it('goes out as it was frozen', async () => {
    const before = `sqlite:${join(newFolder(), 'events.db')}`;
    const log = await eventStoreAsWritten({ HERALD_EVENT_STORE: before }, 'write');
    const frozen = recordedEvents.findIndex(({ type }) => type === 'MailFrozen');
    await writeRecorded(log, frozen + 1);
    await log.close();
    const { data, metadata } = recordedEvents[frozen] as StoredEvent;
    const now = metadata.recordedAt;
    const herald = await startTestHerald({ HERALD_EVENT_STORE: before, HERALD_CLOCK_START: now });
    await herald.moveTo(plus(now, 60_000));
    await herald.settled();
    const files = await readdir(herald.outbox);
    const sent = await Promise.all(
      files.map(async (file) => simpleParser(await readFile(join(herald.outbox, file)))),
    );
    const { notificationId } = data;
    const mail = sent.find(({ headers }) => headers.get('x-herald-notification') === notificationId);
    const entry = (await wholeHistory(herald)).find((one) => one.notificationId === notificationId);
    await herald.stop();
    expect(entry).toMatchObject({ outcome: 'accepted', recipientAddress: mail?.to && addressIn(mail.to) });
    expect(mail?.subject).toBe(data.subjectLine);
    expect(mail?.text?.trim()).toBe(String(data.text).trim());
  });
});

const addressIn = (to: AddressObject | AddressObject[]) => [to].flat()[0]?.value[0]?.address;

describe('The eight weeks, lived through again', () => {
  it('give every notification the id that it had', async () => {
    const herald = await playedHerald();
    const history = await wholeHistory(herald);
    await herald.stop();
    const lines = history.map(({ notificationId, recipientAddress, decision }) =>
      [notificationId, recipientAddress, decision].join(' '),
    );
    const before = decided.map(({ data, type }) =>
      [
        data.notificationId,
        (data.recipient as { email: string }).email,
        type === 'NotificationRaised' ? 'raised' : 'withheld',
      ].join(' '),
    );
    expect(before).toHaveLength(93);
    expect(lines.toSorted()).toEqual(before.toSorted());
  });
});
