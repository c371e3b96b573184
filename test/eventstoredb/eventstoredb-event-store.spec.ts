import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import type { LogSubscription } from '../../src/infrastructure/grpc-log/log-client.js';
import { positionOf } from '../../src/infrastructure/grpc-log/position.js';
import { eventsOf, happened, happenings, revisions, take } from '../contract/events.js';
import { appendAtServer } from './append-at-server.js';
import { EventStoreDouble } from './double/double.js';
import { connect, SCHEME } from './tested-client.js';

// The streams of these tests have short names.
const QUICK = { deadline: 300, patience: 1_000, longestWait: 50, isOwnStream: () => true };

let server: EventStoreDouble;
let store: GrpcEventStore;

beforeEach(async () => {
  server = await new EventStoreDouble().start();
  store = new GrpcEventStore({ url: server.url, ...QUICK }, connect);
});
afterEach(async () => {
  await store.close();
  await server.kill();
});

const unavailable = { code: 'event-store-unavailable' };

describe('a server that is silent', () => {
  it('makes an append fail after the deadline, even if the client still waits', async () => {
    await store.append('s', happenings(1), 'no-stream');
    server.silent = true;
    await expect(store.append('s', happenings(1), 0)).rejects.toMatchObject(unavailable);
  });

  it('makes a read fail after the deadline', async () => {
    await store.append('s', happenings(1), 'no-stream');
    server.silent = true;
    await expect(eventsOf(store, 's')).rejects.toMatchObject(unavailable);
    await expect(store.head()).rejects.toMatchObject(unavailable);
  });

  it('that speaks again is asked the same again, with the same ids: stored once', async () => {
    await store.append('s', happenings(1), 'no-stream');
    server.silent = true;
    const appending = store.append('s', happenings(2), 0);
    await server.asked();
    server.silent = false;
    expect((await appending).nextExpectedRevision).toBe(2);
    expect(revisions(await eventsOf(store, 's'))).toEqual([0, 1, 2]);
  });
});

describe('a server that is killed', () => {
  it('makes an append fail in words that help, and without the password', async () => {
    const url = server.url.replace('://', '://admin:secret@');
    const other = new GrpcEventStore({ url, ...QUICK }, connect);
    try {
      await server.kill();
      const failure = await other.append('s', happenings(1), 'no-stream').catch((error: Error) => error);
      expect(failure).toMatchObject({
        ...unavailable,
        message: expect.stringContaining('HERALD_EVENT_STORE'),
      });
      expect(String(failure)).not.toContain('secret');
    } finally {
      await other.close();
    }
  });

  it('and comes back has every append once', async () => {
    await store.append('s', happenings(1), 'no-stream');
    await server.kill();
    const appending = store.append('s', happenings(2), 0);
    await server.start();
    expect((await appending).nextExpectedRevision).toBe(2);
    expect(revisions(await eventsOf(store, 's'))).toEqual([0, 1, 2]);
  });

  it('with many appends under way ends none of them where nobody can catch it', async () => {
    await store.append('first', happenings(1), 'no-stream');
    const large = { text: 'x'.repeat(100_000) };
    const appends = Array.from({ length: 200 }, (_, n) =>
      store.append(`s${n}`, [happened(large)], 'no-stream').then(
        () => 'stored',
        ({ code }: { code: string }) => code,
      ),
    );
    await server.asked();
    await server.kill();
    const outcomes = new Set(await Promise.all(appends));
    expect(outcomes).toContain('event-store-unavailable');
    expect([...outcomes].filter((one) => one !== 'stored' && one !== 'event-store-unavailable')).toEqual([]);
  });

  it('is not asked again by an append to any revision, which it might store twice', async () => {
    await store.append('s', happenings(1), 'any');
    await server.kill();
    const appending = store.append('s', happenings(1), 'any').catch((error: unknown) => error);
    await server.start();
    expect(await appending).toMatchObject(unavailable);
  });

  it('drops a subscription, which resumes where it was: nothing is lost and nothing comes twice', async () => {
    const seen: StoredEvent[] = [];
    const ending = new AbortController();
    const following = (async () => {
      for await (const batch of store.subscribeToAll({ signal: ending.signal })) {
        seen.push(...batch);
        if (seen.length === 9) ending.abort();
      }
    })();
    await store.append('a', happenings(3), 'no-stream');
    for (const stream of ['b', 'c']) {
      await server.kill();
      await server.start();
      await store.append(stream, happenings(3), 'no-stream');
    }
    await following;
    expect(seen.map(({ stream, revision }) => `${stream}${revision}`)).toEqual(
      ['a', 'b', 'c'].flatMap((stream) => [0, 1, 2].map((n) => `${stream}${n}`)),
    );
  });
});

describe('a server that stumbles', () => {
  it('over what it can do is asked for it again', async () => {
    server.featuresFail = status.INTERNAL;
    const appending = store.append('s', happenings(1), 'no-stream');
    await expect(appending).rejects.toMatchObject(unavailable);
    server.featuresFail = undefined;
    await store.append('s', happenings(1), 'no-stream');
    expect(revisions(await eventsOf(store, 's'))).toEqual([0]);
  });

  it('in a read does not have the client forget who waits for an append, which ends the process', async () => {
    await store.append('s', happenings(1), 'no-stream');
    for (const refusal of [status.UNAVAILABLE, status.CANCELLED]) {
      server.readsFail = refusal;
      await expect(eventsOf(store, 's')).rejects.toMatchObject(unavailable);
    }
    server.readsFail = undefined;
    // The first call over which was appended ends while appends are under way.
    const appends = Array.from({ length: 50 }, (_, n) => store.append(`s${n}`, happenings(1), 'no-stream'));
    await server.asked();
    server.endAppending(status.UNAVAILABLE, 1);
    for (const { nextExpectedRevision } of await Promise.all(appends)) expect(nextExpectedRevision).toBe(0);
  });

  it('and asks for calm is asked again later', async () => {
    await store.append('s', happenings(1), 'no-stream');
    server.silent = true;
    const appending = store.append('s', happenings(1), 0);
    await server.asked();
    server.silent = false;
    server.endAppending(status.RESOURCE_EXHAUSTED);
    expect((await appending).nextExpectedRevision).toBe(1);
  });
});

describe('a server that lets nobody in says why to a reader, too:', () => {
  it.each([
    [status.UNAUTHENTICATED, 'refuses the user name or the password'],
    [status.PERMISSION_DENIED, 'lacks a permission'],
  ])('code %s', async (refusal, says) => {
    server.readsFail = refusal;
    await expect(store.head()).rejects.toMatchObject({ message: expect.stringContaining(says) });
  });

  it('it has no TLS', async () => {
    // A name, since Node warns of numbers.
    const url = server.url.replace('127.0.0.1', 'localhost').replace('tls=false', 'tls=true');
    const other = new GrpcEventStore({ url, ...QUICK, deadline: 5_000, patience: 0 }, connect);
    await expect(other.head()).rejects.toMatchObject({ message: expect.stringContaining('Add tls=false') });
    await other.close();
  });
});

describe('what cannot be appended', () => {
  it('never reaches the server, whose second answer would end the process', async () => {
    const before = server.appends;
    for (const [stream, event] of [
      ['s', { ...happened(), id: 'not-a-uuid' }],
      ['s', { ...happened(), type: '' }],
      ['', happened()],
      ['s', happened({ n: 1n })],
    ] as const)
      await expect(store.append(stream, [event], 'no-stream')).rejects.toMatchObject({
        code: expect.stringMatching(/^invalid-/),
      });
    await expect(store.append('s', [], 'no-stream')).rejects.toMatchObject({ code: 'empty-append' });
    expect(server.appends).toBe(before);
  });

  it('to a stream that was deleted for good is refused in words that help', async () => {
    await store.append('s', happenings(1), 'no-stream');
    server.log.tombstone('s');
    const deleted = { code: 'stream-deleted', message: expect.stringContaining('find out who did') };
    await expect(store.append('s', happenings(1), 0)).rejects.toMatchObject(deleted);
    await expect(eventsOf(store, 's')).rejects.toMatchObject(deleted);
  });
});

describe('a subscription', () => {
  const write = (count: number) => appendAtServer(server, 's', happenings(count));

  it('loses and doubles nothing where its pages end and live events begin, however often it falls behind', async () => {
    const begun: (readonly [after: unknown, subscription: LogSubscription])[] = [];
    const behind = new GrpcEventStore({ url: server.url, ...QUICK }, (connecting) => {
      const client = connect(connecting);
      const subscribe = client.subscribeToAll.bind(client);
      client.subscribeToAll = (after) => {
        // These come between the last page and the subscription.
        write(7);
        begun.push([after, subscribe(after)]);
        return begun.at(-1)?.[1] as LogSubscription;
      };
      return client;
    });
    write(1_200);
    const existing = server.log.all.at(-1)?.position;
    const seen: StoredEvent[] = [];
    const left = new Set<LogSubscription>();
    for await (const batch of behind.subscribeToAll({
      signal: new AbortController().signal,
      maxBatch: 100,
    })) {
      seen.push(...batch);
      const [, live] = begun.at(-1) ?? [];
      if (live && !left.has(live) && begun.length < 4) {
        left.add(live);
        write(1_100);
        live.emit('fellBehind');
      }
      if (begun.length === 4 && seen.at(-1)?.position.startsWith(last())) break;
    }
    await behind.close();
    expect(revisions(seen)).toEqual(Array.from({ length: 1_200 + 4 * 7 + 3 * 1_100 }, (_, n) => n));
    expect(begun[0]?.[0]).toMatchObject({ commit: BigInt(existing ?? 0) });
  });

  const last = () => String(server.log.all.at(-1)?.position).padStart(20, '0');
});

describe('a server that others use too', () => {
  const foreign = (type: string, count: number) => {
    for (let n = 0; n < count; n += 1)
      server.log.append(
        type.startsWith('$') ? '$stats' : 'orders',
        [
          {
            id: crypto.randomUUID(),
            type,
            contentType: 'application/json',
            data: Buffer.from('{}'),
            metadata: new Uint8Array(),
          },
        ],
        'any',
      );
  };

  it('shows Herald its own events only', async () => {
    foreign('OrderPlaced', 2);
    await store.append('s', happenings(1), 'no-stream');
    foreign('$stats', 2);
    foreign('OrderPlaced', 1);
    await store.append('s', happenings(1), 0);
    expect(revisions(await take(store.readAll(), 10))).toEqual([0, 1]);
    const { signal } = new AbortController();
    expect(revisions(await take(store.subscribeToAll({ signal }), 2))).toEqual([0, 1]);
    expect(revisions(await take(store.readAll({ maxCount: 1 }), 10))).toEqual([0]);
  });

  it('has a head behind which may be many events of others', async () => {
    foreign('OrderPlaced', 3);
    expect(await store.head()).toBeUndefined();
    const { position } = await store.append('s', happenings(2), 'no-stream');
    foreign('$stats', 1_200);
    expect(await store.head()).toBe(position);
    foreign('$stats', 10);
    expect(await store.head()).toBe(position);
    const later = await store.append('s', happenings(1), 1);
    expect(await store.head()).toBe(later.position);
  });
});

it('knows how much of it is up to a position, and no number of events', async () => {
  for (let n = 0; n < 10; n += 1) await store.append(`s${n}`, happenings(100), 'no-stream');
  const middle = (await take(store.readAll(), 500)).at(-1)?.position ?? '';
  const head = (await store.head()) ?? '';
  expect(await store.count(head)).toBeUndefined();
  expect(store.share(middle, head)).toBeCloseTo(0.5, 1);
});

it('has all of it only at the head, also where positions are larger than a number can be exact', () => {
  const at = (commit: bigint) => positionOf({ commit, prepare: commit });
  const head = at(2n ** 63n);
  expect(store.share(at(2n ** 63n - 1n), head)).toBeLessThan(1);
  expect([store.share(head, head), store.share(at(2n ** 63n + 1n), head)]).toEqual([1, 1]);
});

it('reads an id in lower case, and positions that sort as text', async () => {
  const event = { ...happened(), id: '0A0B0C0D-0000-4000-8000-00000000000F' };
  const { position } = await store.append('s', [event], 'no-stream');
  const [stored] = await eventsOf(store, 's');
  expect(stored?.id).toBe(event.id.toLowerCase());
  expect(position).toMatch(/^\d{20}-\d{20}$/);
  expect(stored?.position).toBe(position);
});

it('answers nothing after it was closed, and ends what was under way', async () => {
  await store.append('s', happenings(1), 'no-stream');
  const subscription = store.subscribeToAll({ signal: new AbortController().signal });
  await subscription.next();
  const waiting = subscription.next();
  await store.close();
  await store.close();
  expect(await waiting).toMatchObject({ done: true });
  const closed = { code: 'event-store-closed' };
  await expect(store.append('s', happenings(1), 'any')).rejects.toMatchObject(closed);
  await expect(eventsOf(store, 's')).rejects.toMatchObject(closed);
  await expect(store.head()).rejects.toMatchObject(closed);
});

it('refuses a connection string that cannot be one, without showing its password', async () => {
  const open = () => new GrpcEventStore({ url: 'neither://admin:secret@host' }, connect);
  expect(open).toThrow(
    expect.objectContaining({ code: 'invalid-configuration', field: 'HERALD_EVENT_STORE' }),
  );
  expect(open).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
});

it('gives up on a port where something else listens', async () => {
  const sockets = new Set<Socket>();
  const mute = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const { port } = mute.address() as { port: number };
  const other = new GrpcEventStore({ url: `${SCHEME}://127.0.0.1:${port}?tls=false`, ...QUICK }, connect);
  try {
    await expect(other.append('s', happenings(1), 'any')).rejects.toMatchObject(unavailable);
  } finally {
    for (const socket of sockets) socket.destroy();
    mute.close();
    await other.close();
  }
});
