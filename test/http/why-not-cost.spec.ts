import { expect, it, vi } from 'vitest';
import { KEYS_STREAM } from '../../src/application/access/api-key-registry.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { anEvent } from './events.js';
import { startTestHerald } from './herald.js';
import { SMALL_WORLD } from './small-world.js';

const ACCOUNTS = 100;

it('One answer about a hundred accounts reads the streams of their partner and solution once, now and in the past.', async () => {
  const herald = await startTestHerald();
  const [solution] = SMALL_WORLD as unknown as [{ data: object }];
  await herald.publishAll([
    ...SMALL_WORLD,
    ...Array.from({ length: ACCOUNTS }, (_, n) =>
      anEvent(`a${n}`, 'social-account.connected', {
        ...{ accountId: `a${n}`, partnerId: 'nordlicht', network: 'x', kind: 'company', displayName: 'A' },
      }),
    ),
  ]);
  for (let from = 0; from < 3_000; from += 1_000)
    await herald.publishAll(
      Array.from({ length: 1_000 }, (_, n) => ({
        ...{ ...solution, id: `again-${from + n}`, data: { ...solution.data, name: `Acme ${from + n}` } },
      })),
    );
  await herald.settled();
  const reads = vi.spyOn(herald.herald.app.get(EventStore), 'readStream');
  for (const at of ['', '&at=2026-03-02T09:00:00.000Z']) {
    reads.mockClear();
    const begun = performance.now();
    const asked = herald.get<{ answers: unknown[]; more: boolean }>(
      `/v1/why-not?person=ada&rule=settings-update-required${at}`,
    );
    expect((await herald.get('/health')).status).toBe(200);
    const { body } = await asked;
    expect([body.answers.length, body.more]).toEqual([ACCOUNTS, false]);
    // It took 22 s when each account folded them.
    expect(performance.now() - begun).toBeLessThan(5_000);
    // Whether access is open is asked of the log beside, whenever the last answer is old.
    const streams = reads.mock.calls.map(([stream]) => stream).filter((stream) => stream !== KEYS_STREAM);
    expect(streams.length).toBe(ACCOUNTS + 2);
    expect(new Set(streams).size).toBe(ACCOUNTS + 2);
  }
  await herald.stop();
});
