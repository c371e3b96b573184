import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MAX_RAISED_AHEAD } from '../../domain/bounds.js';
import { RaisedBacklog } from './raised-backlog.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const STANDSTILL_MS = 1_000;

/** A backlog of so many mails, and whether somebody who asks for room has it. */
const backlogOf = (count: number, signal = new AbortController().signal) => {
  const backlog = new RaisedBacklog();
  for (let n = 0; n < count; n += 1) backlog.add();
  const ask = () => {
    const asked = { hasRoom: false };
    void backlog.room(signal).then(() => {
      asked.hasRoom = true;
    });
    return asked;
  };
  return { backlog, ask };
};

it('There is room at the bound, and none beyond it until a mail is taken', async () => {
  const { backlog, ask } = backlogOf(MAX_RAISED_AHEAD);
  const atBound = ask();
  await expect.poll(() => atBound.hasRoom).toBe(true);
  backlog.add();
  const beyond = ask();
  await Promise.resolve();
  expect(beyond.hasRoom).toBe(false);
  backlog.remove(1);
  await expect.poll(() => beyond.hasRoom).toBe(true);
});

it('A delivery that takes nothing for a second is waited for no more, until it takes something', async () => {
  const { backlog, ask } = backlogOf(MAX_RAISED_AHEAD + 10);
  const first = ask();
  await vi.advanceTimersByTimeAsync(STANDSTILL_MS - 1);
  expect(first.hasRoom).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await expect.poll(() => first.hasRoom).toBe(true);
  const second = ask();
  await expect.poll(() => second.hasRoom).toBe(true);

  backlog.remove(1);
  const third = ask();
  await vi.advanceTimersByTimeAsync(STANDSTILL_MS - 1);
  expect(third.hasRoom).toBe(false);
});

it('Nobody waits beyond the end', async () => {
  const closing = new AbortController();
  const { ask } = backlogOf(MAX_RAISED_AHEAD + 1, closing.signal);
  const asked = ask();
  closing.abort();
  await expect.poll(() => asked.hasRoom).toBe(true);
});
