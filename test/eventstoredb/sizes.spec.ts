import { afterEach, describe, expect, it } from 'vitest';
import { Aggregates } from '../../src/application/aggregates/aggregates.js';
import type { EventStore } from '../../src/application/ports/event-store.js';
import type { Decider, Fact } from '../../src/domain/kernel/event.js';
import { HeraldError } from '../../src/domain/kernel/herald-error.js';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import { eventsOf, happened, happenings, revisions, take } from '../contract/events.js';
import { EventStoreDouble } from './double/double.js';
import type { Proposed, ServerLogOptions } from './double/server-log.js';
import { connect } from './tested-client.js';

let server: EventStoreDouble;
let store: EventStore;
afterEach(async () => {
  await store.close();
  await server.kill();
});

const start = async (options?: ServerLogOptions): Promise<void> => {
  server = await new EventStoreDouble(options).start();
  store = new GrpcEventStore({ url: server.url, isOwnStream: (stream) => !stream.startsWith('$') }, connect);
};

/** Writes events into the log of the server, without a client. */
const written = (stream: string, count: number, from = 0): void => {
  const { type, data, metadata } = happened();
  const [dataBytes, metadataBytes] = [data, metadata].map((json) => Buffer.from(JSON.stringify(json)));
  for (let n = 0; n < count; n += 1_000) {
    const events = Array.from(
      { length: Math.min(1_000, count - n) },
      (): Proposed => ({
        ...{ id: crypto.randomUUID(), type, contentType: 'application/json' },
        ...{ data: dataBytes as Buffer, metadata: metadataBytes as Buffer },
      }),
    );
    server.log.append(stream, events, from + n === 0 ? 'no_stream' : from + n - 1);
  }
};

const metadataOf = (stream: string, metadata: object): void => {
  const data = Buffer.from(JSON.stringify(metadata));
  const type = { type: '$metadata', contentType: 'application/json' };
  const event = { ...type, id: crypto.randomUUID(), data, metadata: new Uint8Array() };
  server.log.append(`$$${stream}`, [event], 'any');
};

/** Notes texts. */
const Notes: Decider<readonly string[], string, Fact<'Noted', { readonly text: string }>> = {
  category: 'partner',
  initialState: [],
  decide: (text) => [{ type: 'Noted', data: { text }, occurredAt: '2026-03-02T09:00:00.000Z' }],
  evolve: (noted, { data }) => [...noted, data.text],
};
const clock = { kind: 'test' as const, now: () => '2026-03-02T09:00:00.000Z', monotonicMs: () => 0 };
const request = (command: string) => ({ command, context: { actor: 'test' } });

const sent = (): number => [...server.sent.values()].reduce((sum, count) => sum + count, 0);

describe('A stream of a million events', () => {
  it('gives its last events, a page and a place at once, and takes an append at its exact revision', async () => {
    await start();
    written('s', 1_000_000);
    expect(revisions(await eventsOf(store, 's', { direction: 'backwards', maxCount: 2 }))).toEqual([
      999_999, 999_998,
    ]);
    expect(await eventsOf(store, 's', { maxCount: 100 })).toHaveLength(100);
    const [middle] = await eventsOf(store, 's', { fromRevision: 500_000, maxCount: 1 });
    expect(middle?.revision).toBe(500_000);
    expect(await store.append('s', happenings(2), 999_999)).toMatchObject({
      nextExpectedRevision: 1_000_001,
    });
    await expect(store.append('s', happenings(1), 500_000)).rejects.toMatchObject({ actual: 1_000_001 });
    expect(sent()).toBe(103);
  });

  it('is read no further than its reader goes on', async () => {
    await start();
    written('s', 1_000_000);
    for await (const { revision } of store.readStream('s')) if (revision === 1_000) break;
    const { position } = await store.append('s', happenings(1), 999_999);
    expect(await take(store.readAll({ from: position }), 2)).toHaveLength(1);
    expect(sent()).toBeLessThan(50_000);
  });
});

describe('A log from which events were scavenged', () => {
  const gapped = async (): Promise<void> => {
    await start();
    for (const stream of ['a', 'b', 'c']) written(stream, 5);
    metadataOf('b', { $maxCount: 2 });
    server.log.delete('c');
    server.log.scavenge();
  };

  it('is read, followed and gone on with on both sides of the gaps', async () => {
    await gapped();
    const all = await take(store.readAll(), Number.POSITIVE_INFINITY);
    // The last event of a deleted stream is kept.
    expect(all.map(({ stream, revision }) => `${stream}${revision}`)).toEqual([
      ...['a0', 'a1', 'a2', 'a3', 'a4', 'b3', 'b4', 'c4'],
    ]);
    const { signal } = new AbortController();
    expect(await take(store.subscribeToAll({ signal }), 8)).toEqual(all);
    expect(revisions(await eventsOf(store, 'b'))).toEqual([3, 4]);
    expect(revisions(await eventsOf(store, 'b', { fromRevision: 1, maxCount: 1 }))).toEqual([3]);
    expect(await store.append('b', happenings(1), 4)).toMatchObject({ nextExpectedRevision: 5 });
  });

  it('is read and followed from a position whose event is gone', async () => {
    await start();
    written('a', 1);
    written('gone', 3);
    written('b', 1);
    const positions = (await take(store.readAll(), 5)).map((event) => event.position);
    metadataOf('gone', { $maxCount: 1 });
    server.log.scavenge();
    const from = positions[2] ?? '';
    expect(revisions(await take(store.readAll({ from }), 9))).toEqual([2, 0]);
    const backwards = await take(store.readAll({ direction: 'backwards', from }), 9);
    expect(backwards.map(({ stream }) => stream)).toEqual(['a']);
    const { signal } = new AbortController();
    expect(revisions(await take(store.subscribeToAll({ after: from, signal }), 2))).toEqual([2, 0]);
  });
});

it('A stream that was deleted is not there, and goes on with its old revisions when it is made anew', async () => {
  await start();
  await store.append('s', happenings(3), 'no-stream');
  server.log.delete('s');
  expect(await eventsOf(store, 's')).toEqual([]);
  const anew = happenings(2);
  expect(await store.append('s', anew, 'no-stream')).toMatchObject({ nextExpectedRevision: 4 });
  const events = await eventsOf(store, 's');
  expect(events.map(({ id, revision }) => ({ id, revision }))).toEqual(
    anew.map(({ id }, n) => ({ id, revision: 3 + n })),
  );
  expect(await store.append('s', happenings(1), 4)).toMatchObject({ nextExpectedRevision: 5 });
});

it('Events of 900 KB are stored, read and followed whole', async () => {
  await start();
  const events = Array.from({ length: 20 }, (_, n) => happened({ n, text: 'x'.repeat(900_000) }));
  for (const [n, event] of events.entries()) await store.append('s', [event], n === 0 ? 'no-stream' : n - 1);
  const { signal } = new AbortController();
  const reads = [
    await eventsOf(store, 's'),
    await take(store.readAll(), 20),
    await take(store.subscribeToAll({ signal }), 20),
  ];
  for (const read of reads) expect(read.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
});

describe('The limit of one append', () => {
  it('is that of the server, also where it takes more than 1 MiB', async () => {
    await start({ maxAppend: 4 * 1024 * 1024 });
    const large = happened({ text: 'x'.repeat(3 * 1024 * 1024) });
    await store.append('s', [large], 'no-stream');
    expect((await eventsOf(store, 's'))[0]?.data).toEqual(large.data);
    const larger = [happened({ text: 'x'.repeat(5 * 1024 * 1024) })];
    await expect(store.append('s', larger, 0)).rejects.toMatchObject({ code: 'append-too-large' });
    expect(store.maxAppendBytes).toBe(4 * 1024 * 1024);
    const { appends } = server;
    await expect(store.append('s', larger, 0)).rejects.toMatchObject({ code: 'append-too-large' });
    expect(server.appends).toBe(appends);
  });

  it.each([
    ['smaller', 512 * 1024, ['recorded', 'append-too-large', 'append-too-large', 'recorded']],
    ['larger', 4 * 1024 * 1024, ['recorded', 'recorded', 'append-too-large', 'recorded']],
  ])(
    'that is %s than 1 MiB divides commands, and refuses those alone that are too large',
    async (_, maxAppend, results) => {
      await start({ maxAppend });
      const aggregates = new Aggregates(store, clock);
      const texts = [400, 3_000, 6_000, 400].map((kilobytes, n) => `${n}`.padEnd(kilobytes * 1024, '.'));
      const outcomes = await aggregates.executeEach(Notes, 'n', texts.map(request));
      expect(outcomes.map((one) => (one instanceof HeraldError ? one.code : one))).toEqual(results);
      const recorded = texts.filter((_, n) => results[n] === 'recorded');
      expect(await aggregates.load(Notes, 'n')).toEqual(recorded);
    },
  );
});

describe('An aggregate', () => {
  it('whose first events were scavenged goes on with what is left', async () => {
    await start();
    const aggregates = new Aggregates(store, clock);
    for (const text of ['a', 'b', 'c']) await aggregates.execute(Notes, 'n', [request(text)]);
    metadataOf('partner-n', { $maxCount: 2 });
    server.log.scavenge();
    const anew = new Aggregates(store, clock);
    expect(await anew.load(Notes, 'n')).toEqual(['b', 'c']);
    expect(await anew.execute(Notes, 'n', [request('d')])).toEqual(['recorded']);
    expect(await new Aggregates(store, clock).load(Notes, 'n')).toEqual(['c', 'd']);
  });

  it.each([true, false])('whose stream was deleted begins anew (in memory before: %s)', async (isKnown) => {
    await start();
    const before = new Aggregates(store, clock);
    for (const text of ['a', 'b']) await before.execute(Notes, 'n', [request(text)]);
    server.log.delete('partner-n');
    const aggregates = isKnown ? before : new Aggregates(store, clock);
    expect(await aggregates.execute(Notes, 'n', [request('c'), request('d')])).toEqual([
      'recorded',
      'recorded',
    ]);
    expect(await aggregates.execute(Notes, 'n', [request('e')])).toEqual(['recorded']);
    expect(await new Aggregates(store, clock).load(Notes, 'n')).toEqual(['c', 'd', 'e']);
  });
});
