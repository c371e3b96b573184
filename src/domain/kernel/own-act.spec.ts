import { expect, it } from 'vitest';
import { MAX_AHEAD_MS } from '../bounds.js';
import { plus } from './instant.js';
import { afterKnown, isNews, newer, ownFields, type Registers } from './last-write-wins.js';

const NOW = '2026-03-02T09:00:00.000Z';
const minute = (n: number) => plus(NOW, n * 60_000);

it('An own act takes effect when it is received, or just after what is known', () => {
  expect(afterKnown(undefined, NOW)).toBe(NOW);
  expect(afterKnown({ at: minute(-1) }, NOW)).toBe(NOW);
  expect(afterKnown({ at: NOW }, NOW)).toBe('2026-03-02T09:00:00.001Z');
  expect(afterKnown({ at: minute(4) }, NOW)).toBe('2026-03-02T09:04:00.001Z');
});

it('A report after an own act is news if the clocks may differ by that much, and it is newer than the report before', () => {
  const own = { at: NOW, own: { receivedAt: NOW } };
  expect(isNews(own, plus(NOW, -MAX_AHEAD_MS))).toBe(true);
  expect(isNews(own, plus(NOW, -MAX_AHEAD_MS - 1))).toBe(false);
  const known = { at: NOW, own: { receivedAt: NOW, after: minute(-2) } };
  expect([minute(-3), minute(-2), plus(minute(-2), 1)].map((at) => isNews(known, at))).toEqual([
    ...[false, false, true],
  ]);
  expect(newer({ value: 'off', ...known }, 'daily', minute(-1))).toEqual({ value: 'daily', at: minute(-1) });
  const ahead = { at: plus(minute(4), 1), own: { receivedAt: NOW, after: minute(4) } };
  expect([minute(3), minute(4), plus(minute(4), 1)].map((at) => isNews(ahead, at))).toEqual([
    ...[false, false, true],
  ]);
});

it('An own act remembers the last report before it, over several acts', () => {
  type Fields = { readonly frequency: string; readonly other: string };
  const reported: Registers<Fields> = { frequency: { value: 'daily', at: minute(-2) } };
  const off = ownFields<Fields>(reported, { frequency: 'off' }, NOW, NOW);
  expect(off).toEqual({ frequency: { value: 'off', at: NOW, own: { receivedAt: NOW, after: minute(-2) } } });
  const again = ownFields<Fields>(off, { frequency: 'daily' }, minute(1), minute(1));
  expect(again.frequency?.own).toEqual({ receivedAt: minute(1), after: minute(-2) });
  expect(ownFields<Fields>({}, { other: 'x' }, NOW, NOW)).toEqual({
    other: { value: 'x', at: NOW, own: { receivedAt: NOW } },
  });
  expect(ownFields<Fields>(again, { frequency: 'x' }, NOW, NOW)).toEqual(again);
});
