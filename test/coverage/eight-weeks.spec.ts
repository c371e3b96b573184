import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Coverage } from '../../src/application/coverage/get-coverage.js';
import { type Entry, playedHerald, wholeHistory } from '../http/eight-weeks.js';
import type { TestHerald } from '../http/herald.js';

let herald: TestHerald;
let decided: readonly Entry[];
beforeAll(async () => {
  herald = await playedHerald();
  decided = await wholeHistory(herald);
});
afterAll(() => herald.stop());

const ask = async (query: string): Promise<Coverage> =>
  (await herald.get<Coverage>(`/v1/coverage?${query}`)).body;

describe('Coverage of the eight weeks', () => {
  it('expects on each date exactly what was decided', async () => {
    const dates = [...new Set(decided.map(({ slotDate }) => slotDate))].sort();
    expect(dates.length).toBeGreaterThan(10);
    for (const date of dates) {
      const mine = decided.filter(({ slotDate }) => slotDate === date);
      const { items, next } = await ask(`date=${date}&state=expected&limit=200`);
      expect(next).toBeNull();
      expect(items?.map(({ notificationId }) => notificationId).sort(), date).toEqual(
        mine.map(({ notificationId }) => notificationId).sort(),
      );
      const { counts } = await ask(`date=${date}`);
      expect(counts, date).toMatchObject({ expected: mine.length, decided: mine.length, shortfall: 0 });
    }
  });
});
