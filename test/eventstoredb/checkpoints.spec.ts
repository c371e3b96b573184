import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aboutLog } from '../../src/cli/doctor/doctor-stores.js';
import { hasTrustedCheckpoints, versionOf } from '../../src/infrastructure/grpc-log/checkpoints.js';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import type { LogSubscription } from '../../src/infrastructure/grpc-log/log-client.js';
import { eventsOf, happenings } from '../contract/events.js';
import { until } from '../until.js';
import { EventStoreDouble } from './double/double.js';
import { connect } from './tested-client.js';

/** Events of another application, behind Herald's. */
const OTHERS = 12_000;

let server: EventStoreDouble;
let store: GrpcEventStore;
/** The latest subscription. */
let live: LogSubscription;
let ending: AbortController;
let streams: string[];
/** The reader is at work until this resolves. */
let work: Promise<void>;
beforeEach(async () => {
  server = await new EventStoreDouble().start();
  store = new GrpcEventStore({ url: server.url, longestWait: 50 }, (connecting) => {
    const client = connect(connecting);
    const subscribe = client.subscribeToAll.bind(client);
    client.subscribeToAll = (after) => {
      live = subscribe(after);
      return live;
    };
    return client;
  });
  ending = new AbortController();
  streams = [];
  work = Promise.resolve();
});
afterEach(async () => {
  ending.abort();
  await store.close();
  await server.kill();
});

let written = 0;
const others = (): void => {
  const data = Buffer.from('{}');
  const contentType = 'application/json';
  for (const end = written + OTHERS; written < end; written += 1)
    server.log.append(
      `order-${written}`,
      [{ id: `order ${written}`, type: 'OrderPlaced', contentType, data, metadata: data }],
      'any',
    );
};

/** Notes the streams of what a subscription gives. */
const follow = async (): Promise<void> => {
  for await (const batch of store.subscribeToAll({ signal: ending.signal })) {
    streams.push(...batch.map(({ stream }) => stream));
    await work;
  }
};

const looked = (count: number) =>
  until(
    () => Promise.resolve(server.looked),
    (found) => found >= count,
  );
const received = (count: number) =>
  until(
    () => Promise.resolve(streams.length),
    (found) => found === count,
  );

/** One event of Herald's, many of others, and a subscription that has read to their end and follows it. */
const followed = async (): Promise<void> => {
  await store.append('partner-1', happenings(1), 'no-stream');
  others();
  void follow();
  await looked(1 + 2 * OTHERS);
};

describe('A subscription that was dropped', () => {
  /** @returns how many events the server looks at again until there is one more of Herald's. */
  const lookedAtAgain = async (): Promise<number> => {
    await followed();
    await eventsOf(store, 'partner-1'); // What was sent before the answer is there.
    await server.kill();
    server.looked = 0;
    await server.start();
    const again = new GrpcEventStore({ url: server.url }, connect);
    await again.append('partner-2', happenings(1), 'no-stream');
    await again.close();
    await received(2);
    return server.looked;
  };

  it('begins again at the place that a server of a trusted version has passed', async () => {
    server.version = '24.10.5';
    expect(await lookedAtAgain()).toBeLessThan(OTHERS / 2);
    expect(streams).toEqual(['partner-1', 'partner-2']);
  });

  it.each(['24.10.4', '25.0.0'])('begins again behind Herald’s last event with %s', async (version) => {
    server.version = version;
    expect(await lookedAtAgain()).toBeGreaterThan(OTHERS);
    expect(streams).toEqual(['partner-1', 'partner-2']);
  });

  it('loses nothing of a server that gives the end of the log as a checkpoint, with events still to come', async () => {
    server.version = '24.10.4';
    await followed();
    server.earlyEnds = 1;
    await store.append('partner-2', happenings(1), 'no-stream');
    await received(2);
    expect(server.earlyEnds).toBe(0);
  });
});

it('A subscription that has fallen behind loses nothing that its reader had not taken when a place behind it was passed', async () => {
  server.version = '24.10.5';
  await followed();
  let done = (): void => undefined;
  work = new Promise((resolve) => {
    done = resolve;
  });
  await store.append('partner-2', happenings(1), 'no-stream');
  await received(2);
  await store.append('partner-3', happenings(1), 'no-stream');
  others();
  await looked(3 + 3 * OTHERS);
  await eventsOf(store, 'partner-3'); // What was sent before the answer is there.
  live.emit('fellBehind');
  done();
  await received(3);
  expect(streams).toEqual(['partner-1', 'partner-2', 'partner-3']);
});

it.each([
  ['24.10.4', [['look', 'event store', expect.stringMatching(/version 24\.10\.4: .*24\.10\.5 or later/)]]],
  ['24.10.5', []],
])('Of a server of version %s the doctor says whether a later one is better', async (version, notes) => {
  server.version = version;
  const findings: unknown[] = [];
  for await (const finding of aboutLog(store)) findings.push(finding);
  expect(findings).toEqual([['ok', 'event store', 'answers and is empty'], ...notes]);
});

it('A server that does not tell its version is not trusted', async () => {
  const version = await versionOf({ version: () => Promise.reject(new Error('no permission')) });
  expect(hasTrustedCheckpoints(version)).toBe(false);
});

it.each([
  ['23.10.8', false],
  ['24.10.4', false],
  ['24.10.5', true],
  ['24.10.14.0', true],
  ['25.0.0', false],
  ['25.0.1', true],
  ['25.1.0', true],
  ['26.0.3', true],
  ['26.0.3-rc.1', false],
  ['unknown', false],
  ['', false],
])('Checkpoints of version %s are trusted: %s', (version, trusted) => {
  expect(hasTrustedCheckpoints(version)).toBe(trusted);
});
