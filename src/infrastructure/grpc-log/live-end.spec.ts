import { PassThrough } from 'node:stream';
import { beforeEach, expect, it } from 'vitest';
import { LiveEnd, type LiveReader } from './live-end.js';
import type { LogSubscription } from './log-client.js';

let subscription: PassThrough & { unsubscribed: number };
let left: AbortController;
let live: LiveEnd;
beforeEach(() => {
  const stream = new PassThrough({ objectMode: true });
  subscription = Object.assign(stream, {
    unsubscribed: 0,
    unsubscribe: async () => {
      subscription.unsubscribed += 1;
    },
  });
  left = new AbortController();
  live = new LiveEnd({
    ...{ subscription: subscription as unknown as LogSubscription, after: '5', left: left.signal },
    accept: (item) => ({ position: String(item), event: undefined }),
  });
});

const receive = async (...positions: readonly number[]): Promise<void> => {
  for (const position of positions) subscription.write(String(position));
  await new Promise(setImmediate);
};
const had = ({ received }: LiveReader): string[] => {
  const all: string[] = [];
  for (let item = received.read(); item !== null; item = received.read()) all.push(item.position);
  return all;
};

it('A reader that joins gets what comes from then on', async () => {
  const first = live.join();
  await receive(6);
  const second = live.join();
  await receive(7);
  expect([had(first), had(second)]).toEqual([['6', '7'], ['7']]);
});

it('A reader that joins after a position gets what was received before, too', async () => {
  live.join();
  await receive(6, 7);
  const reader = live.joinAfter('6');
  await receive(8);
  expect(reader && had(reader)).toEqual(['6', '7', '8']);
});

it('Nobody joins after a position before the beginning, or when too much was received since', async () => {
  live.join();
  expect(live.joinAfter('4')).toBeUndefined();
  expect(live.joinAfter(undefined)).toBeUndefined();
  await receive(...Array.from({ length: 100 }, (_, n) => 100 + n));
  expect(live.joinAfter('5')).toBeDefined();
  await receive(300);
  expect(live.joinAfter('5')).toBeUndefined();
});

it('A reader for which too much waits falls behind, and the others go on', async () => {
  const [slow, quick] = [live.join(), live.join()];
  for (let n = 0; n < 1_500; n += 1) {
    await receive(1_000 + n);
    had(quick);
  }
  expect([slow.isBehind, slow.received.destroyed]).toEqual([true, true]);
  expect([quick.isBehind, quick.received.destroyed]).toEqual([false, false]);
  await slow.leave();
  expect(subscription.unsubscribed).toBe(0);
  await quick.leave();
  expect(subscription.unsubscribed).toBe(1);
});

it.each([
  ['has fallen behind', () => subscription.emit('fellBehind'), true, null],
  ['has ended', () => subscription.end(), false, null],
  ['has failed', () => subscription.emit('error', new Error('It was dropped.')), false, 'It was dropped.'],
  ['was left with its connection', () => left.abort(), false, null],
])('A subscription that %s ends for all readers, and nobody joins it', async (_, end, isBehind, message) => {
  const readers = [live.join(), live.join()];
  subscription.emit('caughtUp');
  expect([live.isOver, live.isCaughtUp]).toEqual([false, true]);
  end();
  await receive();
  await receive();
  for (const reader of readers) {
    expect([reader.isBehind, reader.received.destroyed]).toEqual([isBehind, true]);
    expect(reader.received.errored?.message ?? null).toBe(message);
  }
  expect([live.isOver, live.isCaughtUp, live.joinAfter('5')]).toEqual([true, false, undefined]);
  expect(subscription.unsubscribed).toBe(1);
});
