import { once } from 'node:events';
import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import type { Aggregates, AppendedEvent } from '../../src/application/aggregates/aggregates.js';
import type { ClockGuard } from '../../src/application/clock/clock-guard.js';
import type { Delivery } from '../../src/application/delivery/delivery.js';
import { DeliveryWorker } from '../../src/application/delivery/delivery-worker.js';
import type { SendingHold } from '../../src/application/delivery/sending-hold.js';
import type { Channel } from '../../src/application/ports/channel.js';
import type { Clock } from '../../src/application/ports/clock.js';
import type { DueAgenda } from '../../src/application/read-models/agenda/due-agenda.js';
import type { Projections } from '../../src/application/read-models/engine/projections.js';

/** A worker whose agenda never catches up. */
const startWorker = () => {
  const appended = new Subject<readonly AppendedEvent[]>();
  const sent: string[] = [];
  let now = 100;
  const projections = {
    caughtUpUnlessAborted: (_name: string, signal: AbortSignal) => once(signal, 'abort'),
    isWriting: () => true,
  };
  const deliver = async (id: string) => void sent.push(id);
  const delivery = { unrecorded: 0, isOverdue: () => false, deliver };
  const worker = new DeliveryWorker(
    { concurrency: 5 } as unknown as Channel,
    () => true,
    projections as unknown as Projections,
    { due: async () => [] } as unknown as DueAgenda,
    delivery as unknown as Delivery,
    { monotonicMs: () => now, now: () => '2026-03-02T09:00:00.000Z' } as unknown as Clock,
    { isHeld: false } as unknown as SendingHold,
    { isTrusted: () => true } as unknown as ClockGuard,
    { appended } as unknown as Aggregates,
  );
  const raise = (id: string) =>
    appended.next([
      {
        type: 'NotificationRaised',
        stream: `notification-${id}`,
        data: { recipient: { address: { channel: 'email', value: `${id}@x` } } },
      },
    ] as unknown as AppendedEvent[]);
  const later = (millis: number) => {
    now += millis;
  };
  return { worker, sent, raise, later };
};

it('A mail that is raised while the worker waits for the agenda is sent at once', async () => {
  const { worker, sent, raise } = startWorker();
  worker.wake();
  for (const id of ['a', 'b', 'c']) {
    raise(id);
    await expect.poll(() => sent).toContain(id);
  }
  await worker.close();
});

it('The agenda is asked all the same when it has not been for a second: it holds the retries', async () => {
  const { worker, sent, raise, later } = startWorker();
  worker.wake();
  later(1_000);
  raise('a');
  await new Promise(setImmediate);
  expect(sent).toEqual([]);
  await worker.close();
});
