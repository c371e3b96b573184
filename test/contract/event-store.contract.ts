import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type EventStore,
  type EventToAppend,
  type ExpectedRevision,
  type StoredEvent,
  type Upcast,
} from '../../src/application/ports/event-store.js';
import { eventsOf, happened, happenings, revisions, take } from './events.js';

export interface OpenedEventStore {
  readonly store: EventStore;
  close(): Promise<void>;
  /** Closes the store and opens it again on the same log; left out where a log cannot be closed. */
  reopen?(): Promise<EventStore>;
  /** Whether more than 1 MiB may be accepted at once: a server's limit is a setting of its own. */
  readonly mayTakeMore?: boolean;
}

/**
 * What every event store does. The log may be shared and hold events of others: a test reads only its own streams.
 * @param open opens a store, whose reads apply `upcast`; called before each test.
 */
export function eventStoreContract(name: string, open: (upcast?: Upcast) => Promise<OpenedEventStore>): void {
  describe(`${name} as an event store`, () => {
    let opened: OpenedEventStore;
    let store: EventStore;
    let stream: string;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
      stream = `contract-${randomUUID()}`;
    });
    afterEach(() => opened.close());

    const append = (events: readonly EventToAppend[], expected: ExpectedRevision, to = stream) =>
      store.append(to, events, expected);
    const nextRevision = async (events: readonly EventToAppend[], expected: ExpectedRevision) =>
      (await append(events, expected)).nextExpectedRevision;
    const refusal = async (events: readonly EventToAppend[], expected: ExpectedRevision, to = stream) =>
      append(events, expected, to).then(
        () => expect.unreachable('the append was accepted'),
        (error: unknown) => error,
      );
    const stored = () => eventsOf(store, stream);

    it('finds the CloudEvents that it holds, whatever their stream, if it can look them up', async () => {
      if (!store.findsInbound) return;
      const inbound = (commandId: string, sourceDigest?: string): EventToAppend => {
        const event = happened();
        const metadata = { ...event.metadata, commandId, source: '/s', sourceId: commandId };
        return { ...event, metadata: sourceDigest ? { ...metadata, sourceDigest } : metadata };
      };
      const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
      await append([inbound(a, 'x'), inbound(b), happened()], 'no-stream');
      await append([inbound(a, 'y')], 'no-stream', `${stream}-other`);
      const found = await store.findInbound([a, b, c, happened().metadata.commandId]);
      expect(found).toHaveLength(3);
      expect(found).toEqual(
        expect.arrayContaining([
          { commandId: a, stream, digest: 'x' },
          { commandId: a, stream: `${stream}-other`, digest: 'y' },
          { commandId: b, stream },
        ]),
      );
    });

    describe('an append', () => {
      it('stores its events in order, as they were given', async () => {
        const events = [
          happened({ a: [1, 'ü', null, '\u0000'], b: { c: true } }),
          happened({ n: 2 }, 'Named'),
        ];
        expect(await nextRevision(events, 'no-stream')).toBe(1);
        expect(await stored()).toEqual(
          events.map((event, revision) => ({
            ...event,
            stream,
            revision,
            position: expect.any(String),
          })),
        );
      });

      it('answers the position of its last event, and later ones compare greater as text', async () => {
        const first = await append(happenings(2), 'no-stream');
        const second = await append(happenings(12), 1);
        const events = await stored();
        expect(events[1]?.position).toBe(first.position);
        expect(events.at(-1)?.position).toBe(second.position);
        const positions = events.map((event) => event.position);
        expect(positions.toSorted()).toEqual(positions);
        expect(new Set(positions).size).toBe(14);
        expect((await store.head())?.localeCompare(second.position)).toBeGreaterThanOrEqual(0);
      });

      it('goes on at the revision it expects, at any, and where the stream exists', async () => {
        expect(await nextRevision(happenings(3), 'no-stream')).toBe(2);
        expect(await nextRevision(happenings(1), 2)).toBe(3);
        expect(await nextRevision(happenings(1), 'any')).toBe(4);
        expect(await nextRevision(happenings(2), 'stream-exists')).toBe(6);
        expect(await nextRevision(happenings(1), 6)).toBe(7);
        expect(revisions(await stored())).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      });

      it('with any revision makes a stream that is not there', async () => {
        expect(await nextRevision(happenings(2), 'any')).toBe(1);
      });

      it.each([
        ['no-stream', 2],
        [0, 2],
        [1, 2],
        [3, 2],
        [10, 2],
      ] as const)('expecting %s is refused at revision 2, which it is told', async (expected, actual) => {
        await append(happenings(3), 'no-stream');
        const error = await refusal(happenings(1), expected);
        expect(error).toMatchObject({ code: 'wrong-expected-revision' });
        expect(error).toMatchObject({ code: 'wrong-expected-revision', stream, expected, actual });
        expect(await stored()).toHaveLength(3);
      });

      it.each([0, 5, 'stream-exists'] as const)(
        'expecting %s is refused where there is no stream',
        async (expected) => {
          const error = await refusal(happenings(1), expected);
          expect(error).toMatchObject({ code: 'wrong-expected-revision' });
          expect(error).toMatchObject({ stream, expected, actual: 'no-stream' });
          expect(await stored()).toEqual([]);
        },
      );

      it('takes 2,000 events at once', async () => {
        expect(await nextRevision(happenings(2000), 'no-stream')).toBe(1999);
        expect(revisions(await stored())).toEqual(Array.from({ length: 2000 }, (_, n) => n));
      });

      it('stores what the events were when it was called', async () => {
        const data = { n: 1 };
        const appended = append([happened(data)], 'no-stream');
        data.n = 2;
        await appended;
        expect((await stored())[0]?.data).toEqual({ n: 1 });
      });

      it('reads an upper-case id back in lower case, and knows it again in either', async () => {
        const id = randomUUID();
        const upper = { ...happened(), id: id.toUpperCase() };
        await append([upper], 'no-stream');
        expect(await nextRevision([{ ...upper, id }], 'no-stream')).toBe(0);
        expect((await stored()).map((event) => event.id)).toEqual([id]);
      });

      it.each(['with space', 'ünï-çødé-😀', 'a/b?c#d', "'; DROP TABLE events; --", '%_', 'a'.repeat(500)])(
        'goes to a stream of an odd name: %s',
        async (odd) => {
          stream = `${odd}-${randomUUID()}`;
          await append(happenings(2), 'no-stream');
          expect((await stored()).map((event) => event.stream)).toEqual([stream, stream]);
        },
      );
    });

    describe('a repeated append', () => {
      it('with the same ids and expectation succeeds and stores nothing again', async () => {
        const first = happenings(3);
        expect(await nextRevision(first, 'no-stream')).toBe(2);
        expect(await nextRevision(first, 'no-stream')).toBe(2);
        const second = happenings(2);
        expect(await nextRevision(second, 2)).toBe(4);
        expect(await nextRevision(second, 2)).toBe(4);
        expect(await stored()).toHaveLength(5);
      });

      it('answers the original next revision, also after later events', async () => {
        const first = happenings(2);
        const second = happenings(2);
        await append(first, 'no-stream');
        await append(second, 1);
        await append(happenings(2), 3);
        expect(await nextRevision(first, 'no-stream')).toBe(1);
        expect(await nextRevision(second, 1)).toBe(3);
        expect(await stored()).toHaveLength(6);
      });

      it('of only the first of its ids succeeds', async () => {
        const events = happenings(2);
        await append(events, 'no-stream');
        expect(await nextRevision(events.slice(0, 1), 'no-stream')).toBe(0);
        expect(await stored()).toHaveLength(2);
      });

      it('with one id more is refused', async () => {
        const events = happenings(2);
        await append(events, 'no-stream');
        expect(await refusal([...events, happened()], 'no-stream')).toMatchObject({ actual: 1 });
        expect(await stored()).toHaveLength(2);
      });

      it('with the same ids in another order, or at another place, is refused', async () => {
        const events = happenings(2);
        await append(events, 'no-stream');
        expect(await refusal(events.toReversed(), 'no-stream')).toMatchObject({ actual: 1 });
        expect(await refusal(events, 0)).toMatchObject({ actual: 1 });
        expect(await stored()).toHaveLength(2);
      });

      it('with any revision stores an id once', async () => {
        const events = happenings(1);
        expect(await nextRevision(events, 'any')).toBe(0);
        await append(happenings(1), 'any');
        expect(await nextRevision(events, 'any')).toBe(0);
        expect(await stored()).toHaveLength(2);
      });

      it('made at the same time as the first succeeds with it', async () => {
        const events = happenings(2);
        const results = await Promise.all(Array.from({ length: 5 }, () => append(events, 'no-stream')));
        expect(results.map((result) => result.nextExpectedRevision)).toEqual([1, 1, 1, 1, 1]);
        expect(await stored()).toHaveLength(2);
      });
    });

    describe('an id', () => {
      it('twice in one append is stored twice', async () => {
        const event = happened();
        expect(await nextRevision([event, event], 'no-stream')).toBe(1);
        expect((await stored()).map(({ id }) => id)).toEqual([event.id, event.id]);
      });

      it.each(['no-stream', 'any'] as const)('may be in two streams, expecting %s', async (expected) => {
        const events = happenings(2);
        const other = `${stream}-other`;
        await append(events, expected);
        expect((await append(events, expected, other)).nextExpectedRevision).toBe(1);
        expect(await stored()).toHaveLength(2);
        expect(await eventsOf(store, other)).toHaveLength(2);
      });
    });

    describe('appends at the same time', () => {
      it('with the same expectation: one wins, the others are told where the stream is now', async () => {
        await append(happenings(1), 'no-stream');
        const results = await Promise.allSettled(Array.from({ length: 20 }, () => append(happenings(1), 0)));
        const lost = results.filter((result) => result.status === 'rejected');
        expect(lost).toHaveLength(19);
        for (const { reason } of lost) {
          expect(reason).toMatchObject({ code: 'wrong-expected-revision' });
          expect(reason).toMatchObject({ expected: 0, actual: 1 });
        }
        expect(await stored()).toHaveLength(2);
      });

      it('to one stream at any revision are all stored, each whole', async () => {
        const appends = Array.from({ length: 50 }, () => happenings(3));
        await Promise.all(appends.map((events) => append(events, 'any')));
        const events = await stored();
        expect(revisions(events)).toEqual(Array.from({ length: 150 }, (_, n) => n));
        const ids = events.map(({ id }) => id);
        for (const [first, second, third] of appends) {
          const at = ids.indexOf(first?.id ?? '');
          expect(ids.slice(at, at + 3)).toEqual([first?.id, second?.id, third?.id]);
        }
      });

      it('to 200 streams are all stored', async () => {
        const streams = Array.from({ length: 200 }, (_, n) => `${stream}-${n}`);
        await Promise.all(streams.map((one) => append(happenings(2), 'no-stream', one)));
        const counts = await Promise.all(streams.map(async (one) => (await eventsOf(store, one)).length));
        expect(counts).toEqual(streams.map(() => 2));
      });
    });

    describe('before anything is stored', () => {
      const refusedAs = async (code: string, events: readonly EventToAppend[], to = stream) => {
        const error = await refusal(events, 'any', to);
        expect(error).toMatchObject({ name: 'HeraldError', code, message: expect.stringMatching(/.{20}/) });
        expect(await stored()).toEqual([]);
      };

      it.each(['', 'x', '1234', `${randomUUID()}0`, `{${randomUUID()}}`, randomUUID().replaceAll('-', '')])(
        'an id that is no UUID is refused: %s',
        (id) => refusedAs('invalid-event-id', [happened(), { ...happened(), id }]),
      );

      it.each(['', '$type', 'a\u0000b', '\ud800'])('an event type is refused: %j', (type) =>
        refusedAs('invalid-event-type', [happened(), happened({}, type)]),
      );

      it.each(['', '$all', '$ce-x', 'a\u0000b', 'line\nbreak', '\ud800', 'a'.repeat(1025)])(
        'a stream name is refused: %j',
        (odd) => refusedAs('invalid-stream-name', happenings(1), odd),
      );

      const round: Record<string, unknown> = {};
      round.round = round;
      it.each([
        ['undefined', undefined],
        ['a bigint', 1n],
        ['null', null],
        ['text', 'text'],
        ['a list', []],
        ['a function', () => 1],
        ['an object that becomes text', { toJSON: () => 'text' }],
        ['an object that holds a bigint', { deep: [{ n: 1n }] }],
        ['an object that holds itself', round],
      ])('data and metadata are refused that are %s', async (_, value) => {
        await refusedAs('invalid-event-data', [happened(), { ...happened(), data: value as never }]);
        await refusedAs('invalid-event-data', [{ ...happened(), metadata: value as never }]);
      });

      it('names the field at fault', async () => {
        const events = [happened(), { ...happened(), id: 'x' }];
        expect(await refusal(events, 'any')).toMatchObject({ field: 'events[1].id' });
      });

      it('an empty append is refused', () => refusedAs('empty-append', []));

      it.each([-1, 1.5, Number.NaN])('an expected revision is refused: %s', async (expected) => {
        expect(await refusal(happenings(1), expected)).toMatchObject({ code: 'invalid-expected-revision' });
        expect(await stored()).toEqual([]);
      });

      it.each([
        ['one event of 1 MiB', [happened({ text: 'x'.repeat(1024 * 1024) })]],
        ['one event of 600 KiB of two-byte characters', [happened({ text: 'ü'.repeat(600 * 1024) })]],
        ['48 events of 64 KiB', Array.from({ length: 48 }, () => happened({ text: 'x'.repeat(64 * 1024) }))],
      ])('an append over 1 MiB is refused: %s', async (_, events) => {
        if (!opened.mayTakeMore) return refusedAs('append-too-large', events);
        const outcome = await append(events, 'any').catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'append-too-large' });
        expect(await stored()).toHaveLength(outcome instanceof Error ? 0 : events.length);
      });

      it('an event of 900 KiB is accepted', async () => {
        const event = happened({ text: 'x'.repeat(900 * 1024) });
        expect(await nextRevision([event], 'no-stream')).toBe(0);
        expect((await stored())[0]?.data).toEqual(event.data);
      });

      it('a refused append does not hinder those made with it', async () => {
        await append(happenings(2), 'no-stream');
        const results = await Promise.allSettled([
          append([happened(), { ...happened(), id: 'x' }], 'any'),
          append(happenings(1), 7),
          append(happenings(1), 1),
        ]);
        expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
        expect(await stored()).toHaveLength(3);
      });
    });

    describe('reading a stream', () => {
      const read = async (options: Parameters<EventStore['readStream']>[1]) =>
        revisions(await eventsOf(store, stream, options));

      it.each([
        [{}, [0, 1, 2, 3, 4]],
        [{ fromRevision: 2 }, [2, 3, 4]],
        [{ maxCount: 2 }, [0, 1]],
        [{ fromRevision: 1, maxCount: 2 }, [1, 2]],
        [{ fromRevision: 5 }, []],
        [{ fromRevision: 99 }, []],
        [{ direction: 'backwards' }, [4, 3, 2, 1, 0]],
        [{ direction: 'backwards', fromRevision: 2, maxCount: 2 }, [2, 1]],
        [{ direction: 'backwards', fromRevision: 0 }, [0]],
        [{ direction: 'backwards', fromRevision: 99, maxCount: 2 }, [4, 3]],
        [{ direction: 'backwards', maxCount: 1 }, [4]],
      ] as const)('%j gives %j of five', async (options, expected) => {
        await append(happenings(5), 'no-stream');
        expect(await read(options)).toEqual(expected);
      });

      it('that is not there gives nothing, in both directions', async () => {
        expect(await read({})).toEqual([]);
        expect(await read({ direction: 'backwards' })).toEqual([]);
      });

      it('that is long gives every event once, in both directions', async () => {
        await append(happenings(1501), 'no-stream');
        const all = Array.from({ length: 1501 }, (_, n) => n);
        expect(await read({})).toEqual(all);
        expect(await read({ direction: 'backwards' })).toEqual(all.toReversed());
        expect(await read({ maxCount: 1000 })).toEqual(all.slice(0, 1000));
      });

      it('can be left half-way', async () => {
        await append(happenings(5), 'no-stream');
        for await (const event of store.readStream(stream)) {
          if (event.revision === 1) break;
        }
        expect(await nextRevision(happenings(1), 4)).toBe(5);
      });

      it('is refused with a maxCount, a revision or a name that cannot be', async () => {
        for (const maxCount of [0, -1, 1.5])
          await expect(read({ maxCount })).rejects.toMatchObject({ code: 'invalid-max-count' });
        await expect(read({ fromRevision: -1 })).rejects.toMatchObject({ code: 'invalid-revision' });
        await expect(eventsOf(store, '$all')).rejects.toMatchObject({ code: 'invalid-stream-name' });
      });
    });

    describe('reading all', () => {
      /** Five events over two streams, one after another, as `a0 b0 a1 b1 a2`. */
      const five = async () => {
        const other = `${stream}-other`;
        for (const [revision, to] of [stream, other, stream, other, stream].entries())
          await append(happenings(1), revision < 2 ? 'no-stream' : 'stream-exists', to);
        const events = [...(await stored()), ...(await eventsOf(store, other))];
        return events.sort((a, b) => (a.position < b.position ? -1 : 1));
      };
      const own = (event: StoredEvent) => event.stream.startsWith(stream);
      const at = (events: readonly StoredEvent[], index: number) => events[index]?.position ?? '';

      it('is in the order of the log, inclusive forwards', async () => {
        const events = await five();
        expect(events.map((event) => event.revision)).toEqual([0, 0, 1, 1, 2]);
        const read = await take(store.readAll({ from: at(events, 1) }), Number.POSITIVE_INFINITY, own);
        expect(read).toEqual(events.slice(1));
      });

      it('is exclusive backwards', async () => {
        const events = await five();
        const read = await take(store.readAll({ direction: 'backwards', from: at(events, 3) }), 3, own);
        expect(read).toEqual(events.slice(0, 3).toReversed());
      });

      it('starts at the end backwards', async () => {
        const events = await five();
        expect(await take(store.readAll({ direction: 'backwards' }), 5, own)).toEqual(events.toReversed());
      });

      it('gives at most maxCount events', async () => {
        const events = await five();
        const count = async (options: Parameters<EventStore['readAll']>[0]) =>
          (await take(store.readAll(options), Number.POSITIVE_INFINITY)).length;
        expect(await count({ from: at(events, 0), maxCount: 2 })).toBe(2);
        expect(await count({ direction: 'backwards', maxCount: 3 })).toBe(3);
      });

      it('gives a long log in batches of at most 500, every event once', async () => {
        const before = await append(happenings(1), 'no-stream');
        await append(happenings(1700), 0);
        const seen: StoredEvent[] = [];
        for await (const batch of store.readAll({ from: before.position })) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(500);
          seen.push(...batch.filter(own));
        }
        expect(revisions(seen)).toEqual(Array.from({ length: 1701 }, (_, n) => n));
      });

      it('has shares that grow with the positions, and counts truly or not at all', async () => {
        const events = await five();
        const head = at(events, 4);
        const shares = events.map(({ position }) => store.share(position, head));
        expect(shares).toEqual(shares.toSorted((a, b) => a - b));
        expect([shares[0], shares[3]].every((share = 0) => share > 0 && share < 1)).toBe(true);
        expect(shares[4]).toBe(1);
        expect(() => store.share('no position', head)).toThrow(
          expect.objectContaining({ code: 'invalid-position' }),
        );
        const counts = await Promise.all(events.map(({ position }) => store.count(position)));
        const [first] = counts;
        expect(counts).toEqual(events.map((_, n) => (first === undefined ? undefined : first + n)));
      });

      it('is refused with a maxCount or a position that cannot be', async () => {
        await expect(take(store.readAll({ maxCount: 0 }), 1)).rejects.toMatchObject({
          code: 'invalid-max-count',
        });
        await expect(take(store.readAll({ from: 'nowhere' }), 1)).rejects.toMatchObject({
          code: 'invalid-position',
        });
      });
    });

    describe('a subscription', () => {
      let ending: AbortController;
      beforeEach(() => {
        ending = new AbortController();
      });
      afterEach(() => ending.abort());

      const own = (event: StoredEvent) => event.stream === stream;
      const subscribe = (after?: string) => store.subscribeToAll({ after, signal: ending.signal });
      /** The events of this test in the next batch that has any; the subscription stays open. */
      const firstOwn = async (batches: AsyncIterable<readonly StoredEvent[]>) => {
        const iterator = batches[Symbol.asyncIterator]();
        for (;;) {
          const { done, value } = await iterator.next();
          const events = done ? [] : value.filter(own);
          if (done || events.length > 0) return events;
        }
      };

      it('begins after its position', async () => {
        await append(happenings(2), 'no-stream');
        await append(happenings(2), 1);
        const [first] = await stored();
        expect(revisions(await take(subscribe(first?.position), 3, own))).toEqual([1, 2, 3]);
      });

      it('begins at the start without one', async () => {
        await append(happenings(2), 'no-stream');
        expect(revisions(await take(subscribe(), 2, own))).toEqual([0, 1]);
      });

      it('goes on with what comes, in order', async () => {
        const { position } = await append(happenings(1), 'no-stream');
        const taken = take(subscribe(position), 4, own);
        await append(happenings(1), 0);
        await append(happenings(2), 1);
        await append(happenings(1), 3);
        expect(revisions(await taken)).toEqual([1, 2, 3, 4]);
      });

      it('sees what was appended while it waited', async () => {
        const { position } = await append(happenings(1), 'no-stream');
        const batches = subscribe(position);
        for (let revision = 0; revision < 3; revision += 1) {
          const next = firstOwn(batches);
          await append(happenings(1), revision);
          expect(revisions(await next)).toEqual([revision + 1]);
        }
      });

      it('loses and doubles nothing between what was there and what comes', async () => {
        const { position } = await append(happenings(1), 'no-stream');
        await append(happenings(1200), 0);
        const readers = [subscribe(position), subscribe(position), subscribe(position)];
        const taken = readers.map((reader) => take(reader, 1500, own));
        await Promise.all(Array.from({ length: 300 }, () => append(happenings(1), 'any')));
        for (const events of await Promise.all(taken))
          expect(revisions(events)).toEqual(Array.from({ length: 1500 }, (_, n) => n + 1));
      });

      it('gives batches of at most 500', async () => {
        const { position } = await append(happenings(1), 'no-stream');
        await append(happenings(1700), 0);
        let seen = 0;
        for await (const batch of subscribe(position)) {
          expect(batch.length).toBeLessThanOrEqual(500);
          seen += batch.filter(own).length;
          if (seen === 1700) break;
        }
      });

      it.each([[['Wanted']], [[]]])(
        'that wants the types %j alone gives all of them, and where the log ends',
        async (types) => {
          const { position } = await append(happenings(1), 'no-stream');
          const events = Array.from({ length: 1300 }, (_, n) =>
            happened({ n }, n % 7 === 0 ? 'Wanted' : 'Other'),
          );
          const end = await append([...events, happened({}, 'Other')], 0);
          const seen: StoredEvent[] = [];
          const options = { after: position, types, maxBatch: 400, signal: ending.signal };
          for await (const batch of store.subscribeToAll(options)) {
            seen.push(...batch);
            if ((batch.at(-1)?.position ?? '') >= end.position) break;
          }
          const wanted = seen.filter((event) => own(event) && types.includes(event.type));
          expect(wanted.map(({ id }) => id)).toEqual(
            events.filter(({ type }) => types.includes(type)).map(({ id }) => id),
          );
          const positions = seen.map((event) => event.position);
          expect(positions).toEqual([...new Set(positions)].sort());
          // What comes after that is wanted, is seen too.
          const next = firstOwn(store.subscribeToAll({ after: end.position, types, signal: ending.signal }));
          await append([happened({}, 'Wanted')], 1301);
          expect(await next).toMatchObject([{ type: 'Wanted' }]);
        },
      );

      it('ends when it is aborted while it waits', async () => {
        const { position } = await append(happenings(1), 'no-stream');
        const batches = subscribe(position);
        const next = firstOwn(batches);
        await append(happenings(1), 0);
        await next;
        const rest = take(batches, Number.POSITIVE_INFINITY, own);
        ending.abort();
        expect(await rest).toEqual([]);
        await append(happenings(1), 1);
      });

      it('ends when it is aborted while its reader is at work', async () => {
        await append(happenings(1200), 'no-stream');
        let batches = 0;
        for await (const _ of subscribe()) {
          batches += 1;
          ending.abort();
        }
        expect(batches).toBe(1);
      });

      it('that was aborted before gives nothing', async () => {
        await append(happenings(1), 'no-stream');
        ending.abort();
        expect(await take(subscribe(), 1)).toEqual([]);
      });

      it('is refused with a position that cannot be', async () => {
        await expect(take(subscribe('nowhere'), 1)).rejects.toMatchObject({ code: 'invalid-position' });
      });
    });

    it('brings old events up to date wherever they are read', async () => {
      const upcast: Upcast = (event) =>
        event.type === 'Named' ? { ...event, data: { fullName: event.data.name } } : event;
      const upcasting = await open(upcast);
      const ending = new AbortController();
      try {
        const named = [happened({ name: 'Ada' }, 'Named')];
        const { position } = await upcasting.store.append(stream, named, 'no-stream');
        const own = (event: StoredEvent) => event.stream === stream;
        const reads = [
          await eventsOf(upcasting.store, stream),
          await eventsOf(upcasting.store, stream, { direction: 'backwards' }),
          await take(upcasting.store.readAll({ from: position }), 1, own),
          await take(upcasting.store.readAll({ direction: 'backwards' }), 1, own),
          await take(upcasting.store.subscribeToAll({ signal: ending.signal }), 1, own),
        ];
        for (const events of reads) expect(events).toMatchObject([{ data: { fullName: 'Ada' } }]);
      } finally {
        ending.abort();
        await upcasting.close();
      }
    });

    it('holds what it has acknowledged when it is opened again', async ({ skip }) => {
      if (!opened.reopen) return skip('this store is not reopened');
      const events = happenings(3);
      const { position } = await append(events, 'no-stream');
      store = await opened.reopen();
      expect((await stored()).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(await nextRevision(events, 'no-stream')).toBe(2);
      expect((await append(happenings(1), 2)).position > position).toBe(true);
    });
  });
}
