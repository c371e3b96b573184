import { Injectable, Logger } from '@nestjs/common';
import type { Instant } from '../../domain/kernel/event.js';
import { HeraldError, hasCode } from '../../domain/kernel/herald-error.js';
import { latestOf, plus, toMillis } from '../../domain/kernel/instant.js';
import { lastEvent } from '../events/single-event.js';
import { Health, type HealthSource, type PartHealth } from '../health/health.js';
import { DocumentStore } from '../ports/document-store.js';
import { EventStore, type StoredEvent } from '../ports/event-store.js';
import { OperatingMode } from '../ports/operating-mode.js';
import { BelievedClock, inWords, LEAP_MS } from './believed-clock.js';
import {
  ClockRecords,
  type Confirmation,
  type Dated,
  datedBy,
  isMisdated,
  isRecorded,
} from './clock-records.js';

/**
 * A clock this far behind the last recorded moment counts as behind; the clocks of two instances differ by less. In
 * milliseconds.
 */
const BEHIND_MS = 5 * 60_000;

/**
 * Compares the clock with the monotonic clock, and with the last moment known from before startup. While a leap ahead is in
 * doubt nothing is decided: one wrong reading would send mails early and close slots for good.
 */
@Injectable()
export class ClockGuard implements HealthSource {
  readonly #logger = new Logger(ClockGuard.name);
  #confirmation: Confirmation | undefined;
  /** The recorded event with the latest date, except those known to have a wrong one. */
  #lastRecorded: Dated | undefined;
  /** The event with a date in the future that later starts will know. */
  #kept: Dated | undefined;

  constructor(
    private readonly clock: BelievedClock,
    private readonly mode: OperatingMode,
    private readonly log: EventStore,
    private readonly documents: DocumentStore,
    private readonly records: ClockRecords,
    health: Health,
  ) {
    health.register(this);
  }

  /** Compares the clock with the last known moment. Call it once, before anything is decided. */
  async open(): Promise<void> {
    if (this.mode.isTest) return;
    await this.records.open();
    this.#confirmation = await this.records.confirmation();
    await this.#untilLogIsAway(() => this.#noteLastRecorded());
    const heartbeat = await this.records.heartbeat();
    if (heartbeat !== undefined) {
      this.clock.startAfter(latestOf(heartbeat, this.#confirmation?.at, this.#lastRecorded?.recordedAt));
      // Another machine's clock that agrees is as good as a second reading.
      if (!this.isTrusted() && (await this.#agreesWithServer())) this.clock.confirm();
    }
    await this.#untilLogIsAway(() => this.#noteFutureEvent());
  }

  /** The event store may be unavailable at startup, but the heartbeat is known. */
  async #untilLogIsAway(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (!hasCode(error, 'event-store-unavailable')) throw error;
    }
  }

  async #noteLastRecorded(): Promise<void> {
    const last = await lastEvent(this.log);
    if (last) this.#note(datedBy(last));
  }

  /** An event with a date in the future stays known, although others were recorded after it. */
  async #noteFutureEvent(): Promise<void> {
    const future = await this.records.futureEvent();
    if (future && (await isRecorded(this.log, future))) this.#note(future);
  }

  async #agreesWithServer(): Promise<boolean> {
    const server = await this.documents.serverTime();
    return server !== undefined && Math.abs(toMillis(server) - toMillis(this.clock.machineNow())) <= LEAP_MS;
  }

  /** Whether the clock is believed now. Asked before every decision; cheap to call. */
  isTrusted(): boolean {
    return this.clock.doubt() === undefined;
  }

  /** The current moment if it is believed. @throws HeraldError `clock-in-doubt`. */
  now(): Instant {
    const doubt = this.clock.doubt();
    if (!doubt) return this.clock.now();
    throw new HeraldError('clock-in-doubt', inWords(doubt));
  }

  /**
   * For external events: refuses while a leap is in doubt, because it is unknown whether their time has come. Directly after a
   * start that follows long downtime they are accepted.
   * @throws HeraldError `clock-in-doubt`.
   */
  requirePlausible(): void {
    if (!this.clock.isPlausible()) this.now();
  }

  /** Applies confirmations from other instances. */
  async look(): Promise<void> {
    if (this.mode.isTest) return;
    this.#confirmation = await this.records.confirmation();
    if (this.#lastRecorded && isMisdated(this.#lastRecorded, this.#confirmation))
      this.#lastRecorded = undefined;
    await this.#untilLogIsAway(() => this.#keepFutureEvent());
    if (!this.#confirmation || this.isTrusted() || !this.clock.agreesWith(this.#confirmation.at)) return;
    this.#logger.warn('The clock was confirmed by an operator at another instance.');
    this.clock.confirm();
  }

  /** Notes events that this or another instance has recorded. */
  noteRecorded(events: readonly StoredEvent[]): void {
    for (const event of events) this.#note(datedBy(event));
  }

  #note(dated: Dated): void {
    if (dated.recordedAt <= (this.#lastRecorded?.recordedAt ?? '') || isMisdated(dated, this.#confirmation))
      return;
    this.#lastRecorded = dated;
  }

  async #keepFutureEvent(): Promise<void> {
    const behind = this.behind();
    if (!behind || behind === this.#kept) return;
    // Another instance may have kept one with a later date. Only then the log is asked, which may be away.
    const kept = await this.records.futureEvent();
    if (kept && kept.recordedAt > behind.recordedAt) await this.#noteFutureEvent();
    const latest = this.behind();
    if (!latest) return;
    await this.records.keepFutureEvent(latest);
    // Of two instances that do so at the same moment one writes: the other looks again.
    if ((await this.records.futureEvent())?.position === latest.position) this.#kept = latest;
  }

  /** Records a heartbeat, so that a later start can distinguish downtime from a leap. */
  async beat(): Promise<void> {
    if (!this.mode.isTest && this.isTrusted()) await this.records.beat(this.clock.now());
  }

  health(): readonly PartHealth[] {
    const doubt = this.clock.doubt();
    if (doubt) return [{ part: 'clock', status: 'degraded', says: inWords(doubt) }];
    const behind = this.behind();
    if (behind) return [{ part: 'clock', status: 'degraded', says: behindInWords(behind, this.clock.now()) }];
    return [{ part: 'clock', status: 'ok' }];
  }

  /** An event recorded at a future moment; undefined if there is none. */
  behind(): Dated | undefined {
    if (this.mode.isTest || !this.#lastRecorded) return undefined;
    return plus(this.clock.now(), BEHIND_MS) < this.#lastRecorded.recordedAt ? this.#lastRecorded : undefined;
  }
}

/** What the clock is behind, and what to do. */
const behindInWords = ({ position, recordedAt }: Dated, now: Instant): string =>
  `The clock says ${now}, but the event at position ${position} was recorded at ${recordedAt}. If the clock is behind, set it by NTP; due work waits until then. If the clock is right and the event has a wrong date, run: herald clock confirm.`;
