import { Injectable } from '@nestjs/common';
import type { ChannelName } from '../../domain/channels/address.js';
import { Aggregates } from '../aggregates/aggregates.js';
import { Channels } from '../channels/channels.js';
import { ClockGuard } from '../clock/clock-guard.js';
import type { LoopActivity } from '../concurrency/worker-loop.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { Clock } from '../ports/clock.js';
import type { StoredEvent } from '../ports/event-store.js';
import { DueAgenda } from '../read-models/agenda/due-agenda.js';
import { Projections } from '../read-models/engine/projections.js';
import { Delivery } from './delivery.js';
import type { DeliveryGate } from './delivery-gate.js';
import { DeliveryWorker } from './delivery-worker.js';
import { SendingHold } from './sending-hold.js';

/** A delivery worker for each channel: a channel that hangs delays no other. */
@Injectable()
export class DeliveryWorkers implements HealthSource {
  readonly #workers: readonly DeliveryWorker[];

  constructor(
    channels: Channels,
    projections: Projections,
    dueAgenda: DueAgenda,
    delivery: Delivery,
    clock: Clock,
    hold: SendingHold,
    guard: ClockGuard,
    aggregates: Aggregates,
    health: Health,
  ) {
    this.#workers = channels.all.map((channel, index) => {
      // The first one also takes what no adapter here can send: so its failure is in the health report.
      const isMine = (name: ChannelName | undefined) =>
        name === channel.name || (index === 0 && (name === undefined || !channels.has(name)));
      return new DeliveryWorker(
        ...([channel, isMine, projections, dueAgenda, delivery, clock, hold, guard, aggregates] as const),
      );
    });
    health.register(this);
  }

  /** What each channel passes to its relay now. */
  get gates(): readonly DeliveryGate[] {
    return this.#workers.map(({ gate }) => gate);
  }

  /** What the worker of each channel does at the moment. */
  get activities(): readonly { readonly gate: DeliveryGate; readonly activity: LoopActivity }[] {
    return this.#workers.map(({ gate, activity }) => ({ gate, activity }));
  }

  /** What was committed, by whichever instance: messages that another has just attempted are not looked at. */
  noteCommitted(events: readonly StoredEvent[]): void {
    for (const worker of this.#workers) worker.noteCommitted(events);
  }

  /** Looks for messages that are due. Returns at once. */
  wake(): void {
    for (const worker of this.#workers) worker.wake();
  }

  /** Looks again also for what was passed over while sending was held. */
  resume(): void {
    for (const worker of this.#workers) worker.resume();
  }

  /** How many messages were processed so far, each time that one was. */
  get processed(): number {
    return this.#workers.reduce((sum, { processed }) => sum + processed, 0);
  }

  /** Resolves when nothing is under way and nothing more is due. */
  async settle(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.settle()));
  }

  /** Begins nothing further, and resolves when what is under way is recorded. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  health(): readonly PartHealth[] {
    const parts = this.#workers.flatMap((worker) => worker.health());
    const worst = parts.find(({ status }) => status !== 'ok') ?? parts[0];
    return worst ? [worst] : [];
  }
}
