import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoredEvent, SubscribeOptions } from '../../src/application/ports/event-store.js';
import { GrpcEventStore } from '../../src/infrastructure/grpc-log/grpc-event-store.js';
import type { LogSubscription } from '../../src/infrastructure/grpc-log/log-client.js';
import { happenings, revisions, take } from '../contract/events.js';
import { until } from '../until.js';
import { appendAtServer } from './append-at-server.js';
import { EventStoreDouble } from './double/double.js';
import { connect } from './tested-client.js';

/** More than may wait for a reader. */
const MANY = 2_400;

let server: EventStoreDouble;
let store: GrpcEventStore;
/** All subscriptions so far. */
let subscriptions: LogSubscription[];
/** Those that have not been ended. */
let open: Set<LogSubscription>;
/** How many have come to the end of the log. */
let caughtUp: number;
let refused: string | undefined;
/** Called when a page of the log is about to be read. */
let beforePage: () => void;
let ending: AbortController;

beforeEach(async () => {
  server = await new EventStoreDouble().start();
  [subscriptions, open, caughtUp, refused] = [[], new Set(), 0, undefined];
  ending = new AbortController();
  beforePage = () => undefined;
  const upcast = (event: StoredEvent): StoredEvent => {
    if (event.id === refused) throw new Error('This version cannot read it.');
    return event;
  };
  const options = { url: server.url, longestWait: 50, isOwnStream: () => true, upcast };
  store = new GrpcEventStore(options, (connecting) => {
    const client = connect(connecting);
    const readAll = client.readAll.bind(client);
    client.readAll = (range) => {
      beforePage();
      return readAll(range);
    };
    const subscribe = client.subscribeToAll.bind(client);
    client.subscribeToAll = (after) => {
      const begun = subscribe(after);
      subscriptions.push(begun);
      begun.on('caughtUp', () => {
        caughtUp += 1;
      });
      open.add(begun);
      const unsubscribe = begun.unsubscribe.bind(begun);
      begun.unsubscribe = () => {
        open.delete(begun);
        return unsubscribe();
      };
      return begun;
    };
    return client;
  });
});
afterEach(async () => {
  ending.abort();
  await store.close();
  await server.kill();
});

const is = (isSo: () => boolean) =>
  until(
    async () => isSo(),
    (so) => so,
  );
const subscribe = (options: Partial<SubscribeOptions> = {}) =>
  store.subscribeToAll({ signal: ending.signal, ...options });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** The revisions that a reader has had; it goes on until the end of the test. */
const reading = (options?: Partial<SubscribeOptions>) => {
  const seen: number[] = [];
  void (async () => {
    for await (const batch of subscribe(options)) seen.push(...revisions(batch));
  })();
  return seen;
};

let written = 0;
beforeEach(() => {
  written = 0;
});
const write = async (count: number): Promise<void> => {
  for (const end = written + count; written < end; ) {
    const events = happenings(Math.min(400, end - written));
    await store.append('s', events, written === 0 ? 'no-stream' : written - 1);
    written += events.length;
  }
};

/** Without a round trip. */
const writeAtServer = (count: number): void => {
  written += count;
  appendAtServer(server, 's', happenings(count));
};

it('All readers of an instance follow the end of the log by one subscription, which ends with the last of them', async () => {
  await write(700);
  const first = new AbortController();
  const readers = [reading({ signal: first.signal }), reading(), reading()];
  await write(30);
  await is(() => readers.every((seen) => seen.length === 730));
  const late = reading();
  await is(() => late.length === 730);
  await write(1);
  await is(() => [...readers, late].every((seen) => seen.length === 731));
  expect([...readers, late]).toEqual(Array(4).fill(numbers(731)));
  expect(subscriptions).toHaveLength(1);
  first.abort();
  await write(1);
  await is(() => late.length === 732);
  expect(readers[0]).toHaveLength(731);
  expect(open.size).toBe(1);
  ending.abort();
  await is(() => open.size === 0);
});

it('A reader that comes later loses and doubles nothing where its pages end and live events begin', async () => {
  await write(1);
  const first = reading();
  await is(() => first.length === 1);
  // More than a subscription keeps for readers that come later.
  await write(300);
  await is(() => first.length === 301);
  // It takes part already: these are in the page, and come live, too.
  let pages = 0;
  beforePage = () => {
    pages += 1;
    writeAtServer(7);
  };
  const late = reading();
  await is(() => late.length > 301);
  writeAtServer(1);
  const all = numbers(written);
  await is(() => first.length >= all.length && late.length >= all.length);
  expect([first, late]).toEqual([all, all]);
  expect([pages, subscriptions.length]).toEqual([1, 1]);
});

it('A reader that is slow gets everything, and holds up nobody', async () => {
  await write(1);
  const quick = reading();
  const slow = subscribe();
  const seen = revisions((await slow.next()).value ?? []);
  const waiting = slow.next();
  await is(() => subscriptions.length === 1 && quick.length === 1);
  await write(1);
  seen.push(...revisions((await waiting).value ?? []));
  await write(MANY);
  await is(() => quick.length === MANY + 2);
  let pages = 0;
  beforePage = () => {
    pages += 1;
  };
  seen.push(...revisions(await take(slow, MANY)));
  expect(pages).toBeGreaterThan(0);
  expect(seen).toEqual(numbers(MANY + 2));
  expect(quick).toEqual(numbers(MANY + 2));
});

it('A reader whose position is beyond the end of a restored log holds up nobody', async () => {
  await write(3);
  const lost = new AbortController();
  const beyond = '00000000000099999999-00000000000099999999';
  const stray = reading({ after: beyond, signal: lost.signal });
  await is(() => subscriptions.length === 1);
  const other = reading();
  await is(() => other.length === 3);
  await write(2);
  await is(() => other.length === 5);
  lost.abort();
  await write(1);
  await is(() => other.length === 6);
  expect([stray, other]).toEqual([[], numbers(6)]);
});

it('A subscription that falls behind again and again without an event is begun again', async () => {
  await write(1);
  const reader = reading();
  await is(() => subscriptions.length === 1);
  const behind = () => subscriptions.at(-1)?.emit('fellBehind');
  for (let n = 1; n < 4; n += 1) {
    behind();
    await is(() => subscriptions.length === n + 1);
  }
  await write(1);
  await is(() => reader.length === 2);
  expect(open.size).toBe(1);
});

it('The head is what was read in pages, too', async () => {
  const other = new GrpcEventStore({ url: server.url, isOwnStream: () => true }, connect);
  const { position } = await other.append('s', happenings(3), 'no-stream');
  await other.close();
  const reader = reading();
  await is(() => reader.length === 3 && subscriptions.length === 1);
  await is(() => caughtUp === 1);
  expect(await store.head()).toBe(position);
});

it('The subscription is dropped: every reader goes on where it was', async () => {
  await write(1);
  const readers = [reading(), reading()];
  await is(() => readers.every((seen) => seen.length === 1));
  for (let n = 0; n < 3; n += 1) {
    await server.kill();
    await server.start();
    await write(2);
  }
  await is(() => readers.every((seen) => seen.length === 7));
  expect(readers).toEqual([numbers(7), numbers(7)]);
  await is(() => open.size === 1);
});

it('An event that cannot be read is an error to each reader, and not to the process', async () => {
  await write(1);
  const readers = [subscribe(), subscribe()];
  for (const reader of readers) expect(revisions((await reader.next()).value ?? [])).toEqual([0]);
  const failing = readers.map((reader) => reader.next().catch((error: Error) => error));
  await is(() => subscriptions.length === 1);
  const [event] = happenings(1);
  if (!event) throw new Error('There is an event.');
  refused = event.id;
  await store.append('s', [event], 0);
  for (const failure of await Promise.all(failing)) expect(failure).toBeInstanceOf(Error);
  expect(open.size).toBe(0);
});
