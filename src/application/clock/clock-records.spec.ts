import { expect, it } from 'vitest';
import { HeraldError } from '../../domain/kernel/herald-error.js';
import type { EventStore } from '../ports/event-store.js';
import { isRecorded } from './clock-records.js';

it('An event is not recorded in a log that has no such position, such as one of another kind.', async () => {
  const log = {
    // biome-ignore lint/correctness/useYield: it fails at once
    async *readAll() {
      throw new HeraldError('invalid-position', 'Not a position of this log.');
    },
  } as unknown as EventStore;
  expect(await isRecorded(log, { position: 'C:1/P:1', recordedAt: '2027-03-02T08:00:00.000Z' })).toBe(false);
});
