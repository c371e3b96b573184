import { Injectable, Logger } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Interval } from '@nestjs/schedule';
import { ClockGuard } from '../clock/clock-guard.js';
import { NonOverlapping } from '../concurrency/non-overlapping.js';
import { DecisionWorker } from '../decisions/decision-worker.js';
import { BegunMails } from '../delivery/begun-mails.js';
import { DeliveryWorkers } from '../delivery/delivery-workers.js';
import { SendingHold } from '../delivery/sending-hold.js';
import { EventsCommitted } from '../events/events-committed.js';
import { Clock } from '../ports/clock.js';

/** The safety net: work that becomes due by time, or that no event has woken a worker for. */
const WAKE_EVERY_MS = 1_000;
/** How often the log is compared with the last started mail, and operators' confirmations at other instances are applied. */
const LOOK_EVERY_MS = 5_000;
const BEAT_EVERY_MS = 60_000;
const FORGET_EVERY_MS = 3_600_000;

/** Wakes the workers, at once when something was committed, and by the clock; none before it is started. */
@Injectable()
@EventsHandler(EventsCommitted)
export class Ticker implements IEventHandler<EventsCommitted> {
  readonly #looks = new NonOverlapping(new Logger(SendingHold.name), () => this.hold.look());
  readonly #confirmations = new NonOverlapping(new Logger(ClockGuard.name), () => this.guard.look());
  readonly #beats = new NonOverlapping(new Logger(ClockGuard.name), () => this.guard.beat());
  readonly #forgets = new NonOverlapping(new Logger(BegunMails.name), () =>
    this.begun.forgetOld(this.clock.now()),
  );
  #isStarted = false;

  constructor(
    private readonly decisions: DecisionWorker,
    private readonly deliveries: DeliveryWorkers,
    private readonly hold: SendingHold,
    private readonly begun: BegunMails,
    private readonly guard: ClockGuard,
    private readonly clock: Clock,
  ) {}

  /** Lets the workers begin. Call it once signals are listened to: a mail in flight has to come to its end. */
  start(): void {
    this.#isStarted = true;
    this.#wakeWorkers();
  }

  handle({ events }: EventsCommitted): void {
    this.guard.noteRecorded(events);
    this.deliveries.noteCommitted(events);
    this.#wakeWorkers();
  }

  @Interval(WAKE_EVERY_MS)
  wake(): void {
    this.guard.isTrusted();
    this.#wakeWorkers();
  }

  #wakeWorkers(): void {
    if (!this.#isStarted) return;
    this.decisions.wake();
    this.deliveries.wake();
  }

  @Interval(LOOK_EVERY_MS)
  async look(): Promise<void> {
    await Promise.all([this.#looks.again(), this.#confirmations.again()]);
  }

  @Interval(BEAT_EVERY_MS)
  async beat(): Promise<void> {
    await this.#beats.again();
  }

  @Interval(FORGET_EVERY_MS)
  async forget(): Promise<void> {
    await this.#forgets.again();
  }
}
