import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/application/ports/event-store.js';
import { SqliteEventStore } from '../../src/infrastructure/sqlite/sqlite-event-store.js';
import { happened } from '../contract/events.js';
import { newFolder, start } from '../replay/running.js';

const CLOCKS = {
  test: {},
  system: { HERALD_CLOCK: 'system', HERALD_CLOCK_START: '', HERALD_CLOCK_FILE: '' },
} as const;

/** Has Herald record an event. */
const record = async (folder: string, clock: keyof typeof CLOCKS): Promise<void> => {
  const herald = await start(folder, CLOCKS[clock]);
  const event = {
    ...{ specversion: '1.0', id: '1', source: '/test', time: '2026-01-01T00:00:00Z' },
    type: 'herald.partner.registered.v1',
    data: { partnerId: 'linden', solutionId: 'aurora', name: 'Haus Linden', timeZone: 'Europe/Berlin' },
  };
  const response = await fetch(`${herald.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
  await herald.stop();
  expect(response.status).toBe(202);
};

const events = async (folder: string): Promise<StoredEvent[]> => {
  const log = new SqliteEventStore({ file: join(folder, 'events.db') });
  const found: StoredEvent[] = [];
  for await (const batch of log.readAll()) found.push(...batch);
  await log.close();
  return found;
};

describe('a log', () => {
  it.each([
    ['test', 'system', 'test-log', 'HERALD_CLOCK=test'],
    ['system', 'test', 'real-log', 'leave HERALD_CLOCK unset'],
  ] as const)(
    'that the %s clock wrote is not taken by the %s clock',
    async (writes, starts, code, advice) => {
      const folder = newFolder();
      await record(folder, writes);
      const before = await events(folder);
      expect(new Set(before.map(({ metadata }) => metadata.clock))).toEqual(new Set([writes]));
      await expect(start(folder, CLOCKS[starts])).rejects.toMatchObject({
        code,
        message: expect.stringContaining(advice),
      });
      expect(await events(folder)).toEqual(before);
      await (await start(folder, CLOCKS[writes])).stop();
    },
  );

  it.each(['test', 'system'] as const)(
    'that does not say which clock wrote it is taken by the %s clock',
    async (clock) => {
      const folder = newFolder();
      const log = new SqliteEventStore({ file: join(folder, 'events.db') });
      await log.append('partner-linden', [happened({}, 'SomethingOld')], 'no-stream');
      await log.close();
      await (await start(folder, CLOCKS[clock])).stop();
    },
  );

  it.each(['test', 'system'] as const)('that is empty is taken by the %s clock', async (clock) => {
    await (await start(newFolder(), CLOCKS[clock])).stop();
  });
});
