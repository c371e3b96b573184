import { expect, it } from 'vitest';
import { MAX_BUFFERED_EVENTS } from '../../../domain/bounds.js';
import type { StoredEvent } from '../../ports/event-store.js';
import { EventBuffer } from './event-buffer.js';

const events = (first: number, count: number): readonly StoredEvent[] =>
  Array.from({ length: count }, (_, n) => ({ position: String(first + n) }) as StoredEvent);

const attached = (): EventBuffer => {
  const buffer = new EventBuffer();
  buffer.attach();
  return buffer;
};

it('A projection buffers events up to the bound; beyond it, the projection reads the log by itself', () => {
  const buffer = attached();
  for (let n = 0; n < MAX_BUFFERED_EVENTS; n += 100) buffer.add(String(n), events(n, 100));
  expect([buffer.size, buffer.isAttached]).toEqual([MAX_BUFFERED_EVENTS, true]);
  expect(buffer.hasRoomFor(1)).toBe(false);
  buffer.add('next', events(MAX_BUFFERED_EVENTS, 1));
  expect([buffer.size, buffer.isAttached]).toEqual([0, false]);
  buffer.add('later', events(MAX_BUFFERED_EVENTS + 1, 1));
  expect(buffer.size).toBe(0);
});

it('Small waiting batches are folded together, and their predecessor is known', () => {
  const buffer = attached();
  buffer.add('0', events(1, 300));
  buffer.add('300', events(301, 200));
  buffer.add('500', events(501, 1));
  expect(buffer.after).toBe('0');
  expect(buffer.take()).toHaveLength(500);
  expect(buffer.after).toBe('500');
  expect(buffer.take()).toHaveLength(1);
  expect(buffer.after).toBeUndefined();
});
